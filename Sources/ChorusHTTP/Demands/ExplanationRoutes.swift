import Classification
import Demands
import EventSourcing
import Hummingbird
import JSONText
import Refinement

/// `GET /v1/demands/{id}/explanation`: why a model is for a category or a kind; computed now, stored nowhere.
struct ExplanationRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        [.keyed(.get, "/v1/demands/{id}/explanation", [.reviewer, .admin], access, respond: explain)]
    }

    private func explain(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["model"])
        guard let id = DemandID(call.parameters.first ?? "") else { throw Problem.notFound }
        let record = try await services.reviewable(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        try await services.requireReading(of: [demand], record, caller)
        let state = try await services.folded.state(of: Models.self, type: Models.streamType, tenant: caller.tenant.id)
        let wanted = try query.int64("model", in: 1...Int64(Models.maximumModels))
        guard let number = wanted.map({ Int($0) }) ?? state.active[.category]?.model else {
            throw Problem(409, "no-model", "no model is in use; name one (?model=1), GET /v1/models lists them")
        }
        guard let trained = state.model(number) else { throw Problem(ModelRejection.unknown(number)) }
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        guard let words = record.words(of: demand, passages) else {
            throw Problem(409, "forgotten", "the words of this demand were forgotten; nothing can be explained by them")
        }
        let subject = record.subject(of: demand).flatMap { record.shown($0, passages) }
        let text = DemandWords(subject: subject ?? "", detail: words).text
        let model = try await services.models.model(trained.digest, tenant: caller.tenant.id)
        var classifier = Classifier(model, threshold: 0)
        let found = classifier.classify(text)
        let explanation = model.explanation(of: text)
        return .json { json in
            json.field("id", id.description)
            json.field("model", number)
            json.field("target", trained.target.rawValue)
            json.field("nearest", explanation.category)
            json.field("confidence", Confidence(Double(found.confidence)))
            json.field("second", explanation.other)
            json.array("pieces", of: explanation.pieces) { json, piece in
                json.object { json in
                    json.field("words", piece.words)
                    json.field("count", piece.count)
                    json.field("share", Double(piece.share))
                }
            }
        }
    }
}
