import Demands
import EventLog
import EventSourcing

/// A passage with a fresh salt, and the link that commits to it.
struct SealedPassage {
    let passage: Passage
    let link: PassageLink

    init(_ number: Int16, _ kind: String, _ body: String, _ language: String?) {
        let salt = [UInt8].freshSalt()
        passage = Passage(number: number, kind: kind, language: language, body: body, salt: salt)
        link = PassageLink(number: number, commitment: hmacSHA256(Array(body.utf8), key: salt).hexadecimal)
    }

    private init(passage: Passage, link: PassageLink) {
        self.passage = passage
        self.link = link
    }

    /// The same seal under another number: for words that are sealed before it is known how many the stream has.
    func numbered(_ number: Int16) -> SealedPassage {
        SealedPassage(
            passage: Passage(
                number: number,
                kind: passage.kind,
                language: passage.language,
                body: passage.body,
                salt: passage.salt
            ),
            link: PassageLink(number: number, commitment: link.commitment)
        )
    }
}
