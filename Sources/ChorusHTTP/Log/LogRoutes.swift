import EventLog
import Foundation
import Hummingbird
import JSONText

/// `GET /v1/log/head`: where the log ends, as a receipt to keep outside.
struct LogRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        [.keyed(.get, "/v1/log/head", [.admin, .reviewer], access, respond: head)]
    }

    private func head(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let head = try await services.head(of: caller.tenant.id)
        let began = try await LogEpoch.all(caller.tenant.id, from: services.lookups).first { $0.epoch == head.epoch }
        return .json { json in
            json.field("tenant", caller.tenant.code)
            json.field("epoch", head.epoch.text)
            json.field("position", head.position)
            json.field("chain", head.chain.hexadecimal)
            json.field("recordedAt", head.recordedAt?.description)
            json.field("cursor", MinimumPosition.text(head))
            guard let began else { return }
            json.object("epochBegan") { json in
                json.field("afterPosition", began.afterPosition)
                json.field("at", began.beganAt.description)
                json.field("reason", began.reason)
            }
        }
    }
}
