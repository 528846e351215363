import Foundation
import JSONText
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportLabels {
    @Test func sendsAFileOfEitherForm() async throws {
        let installation = try await Installation.onDatabase()
        let messages = try installation.file(
            "messages.ndjson",
            (1...3).map { #"{"text":"dark","src":"s","id":"\#($0)"}"# + "\n" }.joined()
        )
        let taxonomy = try installation.file("taxonomy.csv", "level1\nroads\nparks\n")
        let csv = try installation.file(
            "labels.csv",
            "source,externalId,number,category,kind,text\ns,1,1,roads,praise,dark\ns,2,,parks,,dark\n"
        )
        let lines = [
            #"{"source":"s","externalId":"3","kind":"appeal"}"#, #"{"source":"s","externalId":"9","kind":"appeal"}"#,
            #"{"source":"s","externalId":"3","category":"lamps"}"#, "nonsense",
        ]
        let ndjson = try installation.file("labels.ndjson", lines.joined(separator: "\n"))
        let other = try installation.file("other.csv", "a,b\n1,2\n")
        try await Server.with(installation) { server in
            #expect(try await server.command(["import", "taxonomy", taxonomy]).status == 0)
            let sent = try await server.command([
                "import", "feedback", messages, "--map", "text=text,source=src,externalId=id",
            ])
            #expect(sent.status == 0, "\(sent.errors)")
            let first = try await server.command(["import", "labels", csv])
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.errors.contains("2 read: 2 stored, 0 already there, 0 refused"), "\(first.errors)")
            let again = try await server.command(["import", "labels", csv, "--json"])
            #expect(again.status == 0)
            #expect(try JSONValue.parse(again.output)["alreadyThere"]?.int == 2)
            let second = try await server.command(["import", "labels", ndjson])
            #expect(second.status == 1)
            #expect(second.errors.contains("4 read: 1 stored, 0 already there, 3 refused"), "\(second.errors)")
            #expect(second.errors.contains("must be a code of the taxonomy's version 2"), "\(second.errors)")
            #expect(second.errors.contains("there is no message with this source and externalId"), "\(second.errors)")
            let none = try await server.command(["import", "labels", other])
            #expect(none.status == 1)
            #expect(none.complaint.contains("has none of the columns demand, source, externalId"), "\(none.errors)")
        }
    }
}
