import EventSourcing
import Foundation

/// What a tenant's log had come to: to be kept where nobody who can write the database can write too.
///
/// Inside the database everything can be cut off or computed anew; a receipt kept outside finds it.
package struct LogReceipt: Sendable, Equatable {
    package let tenant: String
    package let epoch: UUID
    package let position: Position
    package let chain: [UInt8]

    package init(tenant: String, epoch: UUID, position: Position, chain: [UInt8]) {
        self.tenant = tenant
        self.epoch = epoch
        self.position = position
        self.chain = chain
    }
}
