import EventSourcing

/// A registry that each tenant has once: `StreamID.only(streamType)`.
///
/// What all registries can do goes through `wish` and `registry`, so that one door serves them all.
package protocol RegistryDecider: Decider, Sendable where Refusal == RegistryRejection {
    associatedtype Entry: RegistryEntry

    static var streamType: String { get }

    static func wish(_ command: RegistryCommand<Entry>) -> Command

    static func registry(_ state: State) -> Registry<Entry>

    /// What happened to an entry; nil for events of another kind.
    static func entryEvent(_ event: Event) -> RegistryEvent<Entry>?
}
