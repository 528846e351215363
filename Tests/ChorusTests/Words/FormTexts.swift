import Postgres
import Testing

@testable import chorus

@Suite struct FormTexts {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0),
    ])
    func addressesAreRead(text: String, host: String, port: Int) throws {
        let address = try ListenAddress(text)
        #expect((address.host, address.port) == (host, port))
    }

    @Test(arguments: ["8080", ":8080", "localhost", "localhost:", "localhost:65536", "::1:80", "a:b"])
    func otherAddressesAreRefused(text: String) {
        #expect(throws: Complaint.self) { try ListenAddress(text) }
    }

    @Test func anAddressIsShownAsPeopleOpenIt() throws {
        #expect(try ListenAddress("0.0.0.0:0").url(port: 81) == "http://127.0.0.1:81")
        #expect(try ListenAddress("[::1]:80").url(port: 80) == "http://[::1]:80")
    }

    @Test(arguments: [
        ("postgresql://a:secret@db:5433/x?sslmode=require", "postgresql://me@db:5433/x?sslmode=require"),
        ("postgres://db/x", "postgres://me@db/x"),
        ("postgresql://a@/x?host=%2Frun&user=b&password=secret", "postgresql://me@/x?host=%2Frun"),
        ("postgresql://a:p@h1:1,h2:2/x", "postgresql://me@h1:1,h2:2/x"),
        ("host=db user=a password='it\\'s secret' dbname=x", "host=db dbname=x user=me"),
        ("user = a dbname=x", "dbname=x user=me"),
    ])
    func aLoginTakesThePlaceOfTheUserAndItsPassword(text: String, expected: String) {
        let made = ConnectionText.replacingUser(of: text, with: "me")
        #expect(made == expected)
        #expect(!made.contains("secret"))
    }

    @Test func progressHasRateAndRemainingTime() {
        let half = ProgressText(label: "work", unit: "rows", done: 50, total: 100, elapsed: .seconds(2))
        #expect(half.line == "work  50 %, 50 of 100 rows, 25 a second, 2 s left")
        #expect(half.bar == "[████████████············] \(half.line)")
        let end = ProgressText(label: "work", unit: "rows", done: 100, total: 100, elapsed: .seconds(2))
        #expect(end.line == "work  100 %, 100 of 100 rows, 50 a second")
        let nothing = ProgressText(label: "work", unit: "rows", done: 0, total: 0, elapsed: .zero)
        #expect(nothing.line == "work  100 %, 0 of 0 rows")
    }

    @Test func tablesAlign() {
        let lines = Table(["A", "LONG"]).lines([["xyz", "1"], ["x", "2"]])
        #expect(lines == ["A    LONG", "xyz  1", "x    2"])
    }

    @Test func databaseTroubleIsOneLineWithAdvice() {
        let password = PostgresError.connectionFailed(
            reason: "connection to server at \"db\" failed: FATAL:  password authentication failed\n for user \"a\""
        )
        #expect(
            Complaint(explaining: password).text
                == "PostgreSQL refuses: password authentication failed for user \"a\". "
                + "Check user, password and database in DATABASE_URL"
        )
        let right = PostgresError.server(
            ServerError(sqlState: .insufficientPrivilege, message: "permission denied to create role")
        )
        #expect(Complaint(explaining: right).text.contains("CREATEROLE"))
        #expect(!Complaint(explaining: right).text.contains("\n"))
    }
}
