/// What the reviewers of one organization may do about a demand. Those of the whole tenant may do everything.
///
/// Who is responsible, or was shown it since they stand above, takes the steps; where nobody is responsible, whoever it is
/// addressed to or who stands for it does. Whoever else it concerns follows it up: says whom it speaks against and that it is
/// urgent, has it seen higher up, opens it again, acknowledges it.
extension Handling {
    /// Whether it concerns that organization, whose reviewers then read it; never one that it speaks against.
    package func concerns(_ organization: String, addressed: String?, _ tree: OrganizationTree) -> Bool {
        !isAgainst(organization, tree)
            && [addressed, route?.responsible, route?.steward, escalatedTo].contains(organization)
    }

    /// Whether it speaks against that organization, or one above it.
    package func isAgainst(_ organization: String, _ tree: OrganizationTree) -> Bool {
        against.map { tree.isWithin(organization, $0) } ?? false
    }

    private func isInHands(of organization: String, addressed: String?) -> Bool {
        guard let responsible = route?.responsible else { return [addressed, route?.steward].contains(organization) }
        return [responsible, escalatedTo].contains(organization)
    }

    /// - Throws: `HandlingRejection` when the step is another organization's.
    func requirePart(
        of organization: String,
        in action: HandleDemand.Action,
        addressed: String?
    ) throws(HandlingRejection) {
        let isAllowed: Bool
        switch action {
        case .setUrgent, .escalate, .reopen, .judge, .read, .route: isAllowed = true
        case .reply(let reply) where !reply.isSubstantive: isAllowed = true
        case .speakAgainst(let code, _):
            // Taking it back would show the words to those.
            guard against == nil || against == code else { throw .onlyTenant }
            isAllowed = true
        case .decline: isAllowed = route?.responsible == nil || route?.responsible == organization
        case .assign(let responsible, let steward, _, _, let tree):
            guard isInHands(of: organization, addressed: addressed) else { throw .notResponsible(route?.responsible) }
            guard tree.isWithin(responsible, organization), steward == nil || steward == route?.steward else {
                throw .onlyWithin(organization)
            }
            isAllowed = true
        case .claim, .unclaim, .accept, .start, .reply, .close, .refuse, .markDuplicate:
            isAllowed = isInHands(of: organization, addressed: addressed)
        }
        guard isAllowed else { throw .notResponsible(route?.responsible) }
    }
}
