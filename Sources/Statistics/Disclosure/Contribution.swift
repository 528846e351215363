/// One demand as it stands in a table of cells: who voiced it, in which message, and in which cell it counts.
///
/// The table is a set of these. Two contributions that differ in any field are different: a demand whose support is
/// corrected, or which moves to another cell, is one contribution gone and one come, both the act of its person.
package struct Contribution: Hashable, Sendable {
    /// The demand. One demand may stand in a table once; a second entry would be counted twice.
    package var demand: UInt128
    /// The known person, or nil when nobody knows who wrote the message.
    package var person: UInt128?
    /// The message that the demand came in.
    package var message: UInt128
    /// 1 on one demand of each message, 0 on its others, so that messages can be summed over cells.
    package var messages: Int
    /// Likes, signatures and the like, as reported. Sums wrap around on overflow instead of trapping.
    package var reportedSupport: Int
    /// The cell: coordinates from coarse to fine, such as month, category, organization. Equal coordinates must have
    /// equal bytes: no normalisation happens here.
    package var path: [String]

    package init(
        demand: UInt128,
        person: UInt128?,
        message: UInt128,
        messages: Int,
        reportedSupport: Int,
        path: [String]
    ) {
        self.demand = demand
        self.person = person
        self.message = message
        self.messages = messages
        self.reportedSupport = reportedSupport
        self.path = path
    }
}
