/// Names that differ by case, blanks, width and composition: what Swift holds for equal, PostgreSQL may not.
enum Words {
    static let names = [
        "Ash", "ash ", "ASH", "Birch", " birch", "Cedar", "Elm", "g1", "G2", "p1", "P3",
        // Composed and decomposed: equal in Swift, unequal in the database.
        "Caf\u{E9}", "Cafe\u{301}", "\u{C5}ngstrom", "A\u{30A}ngstrom",
        "\u{4E1C}\u{6751}", "\u{897F}\u{6751}", "\u{FF27}\u{FF11}", "stra\u{DF}e", "STRASSE", "I\u{307}zmir",
        "\u{130}zmir",
    ]

    static let categories = [
        "roads", "schools", "schools/meals", "parks", "parks/caf\u{E9}s", "parks/cafe\u{301}s", "unclassified",
        "never-published",
    ]

    static let codes = ["g1", "g2", "g3", "g4", "g5"]
    static let placeCodes = ["p1", "p2", "p3", "p4", "p5"]
    static let organizationCodes = ["union", "youth", "women", "office"]
    static let channelCodes = ["web", "forum", "phone", "sms"]
    static let languages = ["en", "zh", "de", "zh-Hant"]
}
