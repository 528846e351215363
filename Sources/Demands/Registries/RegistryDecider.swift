import EventSourcing

/// A registry that each tenant has once: `StreamID.only(streamType)`.
///
/// What all registries can do goes through `wish` and `registry`, so that one door serves them all.
package protocol RegistryDecider: Decider where Refusal == RegistryRejection {
    associatedtype Entry: RegistryEntry

    static var streamType: String { get }

    static func wish(_ command: RegistryCommand<Entry>) -> Command

    static func registry(_ state: State) -> Registry<Entry>
}
