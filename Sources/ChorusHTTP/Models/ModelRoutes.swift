import Demands
import EventLog
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import ModelTraining
import NIOCore
import Refinement

/// `GET|POST /v1/models`, `POST /v1/models/{number}/activate|attempt|deactivate`: what classifies a tenant's demands.
struct ModelRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        [
            .keyed(.get, "/v1/models", [.admin, .reviewer], access, respond: list),
            .keyed(.post, "/v1/models", [.admin], access, respond: train),
            .keyed(.post, "/v1/models/{number}/activate", [.admin], access) { call, caller in
                try await put(call, caller) { fields, number in
                    let threshold = fields.threshold
                    let isForced = fields.bool("force") ?? false
                    return threshold.map { .activate(model: number, threshold: $0, isForced: isForced) }
                }
            },
            .keyed(.post, "/v1/models/{number}/attempt", [.admin], access) { call, caller in
                try await put(call, caller) { fields, number in
                    fields.threshold.map { .attempt(model: number, threshold: $0) }
                }
            },
            .keyed(.post, "/v1/models/{number}/deactivate", [.admin], access, respond: deactivate),
        ]
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let present = try await services.folded.present(
            of: Models.self,
            type: Models.streamType,
            tenant: caller.tenant.id
        )
        return .json { json in
            json.field("position", present.position)
            json.array("models", of: present.state.models) { json, model in
                json.object { present.state.write(model, to: &$0) }
            }
        }
    }

    /// Trains one from the labels that stand; answers when it is done.
    private func train(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        var fields = FieldReader(try await call.jsonBody())
        let target = fields.oneOf("target", ModelTarget.self, required: true)
        var settings = TrainingSettings()
        if let people = fields.int("minimumPeople", in: TrainingSettings.leastMinimumPeople...1_000) {
            settings.minimumPeople = people
        }
        fields.finish()
        guard fields.errors.isEmpty, let target else { throw Problem.fields(fields.errors) }
        let model: ModelTrained
        do {
            model = try await services.trainings.train(
                target,
                settings: settings,
                tenant: caller.tenant.id,
                actor: caller.actor
            ).model
        } catch let missing as NotProjected {
            throw Problem.unavailable("not-yet", missing.description)
        }
        let state = try await changed(caller)
        let body = JSONWriter.object { state.write(model, to: &$0) }
        return Response(
            status: .created,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func deactivate(_ call: Call, _ caller: Caller) async throws -> Response {
        let (model, state) = try await model(call, caller)
        guard state.active[model.target]?.model == model.number else {
            throw Problem(ModelRejection.notActive(model.number))
        }
        return try await put(call, caller) { _, _ in .deactivate(model.target) }
    }

    private func put(
        _ call: Call,
        _ caller: Caller,
        _ read: (inout FieldReader, _ number: Int) -> Models.Command?
    ) async throws -> Response {
        _ = try call.query.values([])
        let number = try await model(call, caller).model.number
        var fields = FieldReader(try await call.jsonBody())
        let command = read(&fields, number)
        fields.finish()
        guard fields.errors.isEmpty, let command else { throw Problem.fields(fields.errors) }
        _ = try await services.store.carryOut(command, tenant: caller.tenant.id, actor: caller.actor)
        let state = try await changed(caller)
        guard let model = state.model(number) else { throw Problem.notFound }
        return .json { state.write(model, to: &$0) }
    }

    private func changed(_ caller: Caller) async throws -> Models.State {
        services.folded.forget(Models.streamType, tenant: caller.tenant.id)
        return try await services.folded.state(of: Models.self, type: Models.streamType, tenant: caller.tenant.id)
    }

    /// The model that the path names.
    private func model(_ call: Call, _ caller: Caller) async throws -> (model: ModelTrained, state: Models.State) {
        let state = try await services.folded.state(of: Models.self, type: Models.streamType, tenant: caller.tenant.id)
        guard let text = call.parameters.first, let number = Int(text), String(number) == text,
            let model = state.model(number)
        else { throw Problem.notFound }
        return (model, state)
    }
}

extension FieldReader {
    /// How sure a model must be: a number from 0 to 1 with at most four decimals.
    fileprivate var threshold: Confidence? {
        mutating get {
            double("threshold", required: true, in: 0...1).map { Confidence($0) }
        }
    }
}

extension Models.State {
    /// One model's members.
    fileprivate func write(_ model: ModelTrained, to json: inout JSONWriter) {
        json.field("model", model.number)
        json.field("target", model.target.rawValue)
        let active = active[model.target].flatMap { $0.model == model.number ? $0 : nil }
        let beside = attempted.first { $0.model == model.number }
        json.field("status", active != nil ? "active" : beside != nil ? "beside" : "kept")
        json.field("threshold", ifPresent: (active ?? beside)?.threshold)
        json.field("digest", model.digest)
        json.field("trainingSet", model.trainingSet)
        json.field("examples", model.examples)
        json.field("labels", model.labels)
        json.field("minimumPeople", model.minimumPeople)
        json.field("folds", model.folds)
        json.field("macroF1", model.macroF1)
        json.field("accuracy", model.accuracy)
        json.field("calibrationError", model.calibrationError)
    }
}
