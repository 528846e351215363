import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportRegistries {
    @Test func aFileIsRegisteredOnceAndItsMistakesAreNamed() async throws {
        let installation = try await Installation.onDatabase()
        let places = try installation.file("places.csv", "code,name,parent,size\nlane,里弄,town,40\ntown,镇,,\n")
        let circle = try installation.file("circle.csv", "code,name,parent\na,x,b\nb,x,a\nc,,\n")
        let wrong = try installation.file("wrong.csv", "code,name,colour\na,x,red\n")
        try await Server.with(installation) { server in
            let first = try await server.command(["import", "places", places, "--json"])
            #expect(first.status == 0, "\(first.errors)")
            #expect(
                first.output.hasPrefix(#"{"registered":2,"changed":0,"unchanged":0,"position":"#),
                "\(first.output)"
            )
            #expect(first.errors.contains("places: 2 registered, 0 changed, 0 unchanged"))
            let second = try await server.command(["import", "places", places])
            #expect(second.status == 0 && second.output == "")
            #expect(second.errors.contains("places: 0 registered, 0 changed, 2 unchanged"))

            let refused = try await server.command(["import", "organizations", circle])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("line 2, parent: makes a circle: a > b > a"), "\(refused.errors)")
            #expect(refused.errors.contains("line 4, name: must hold at least one name"), "\(refused.errors)")
            let column = try await server.command(["import", "groups", wrong, "--json"])
            #expect(column.status == 1 && column.output.contains(#""pointer":"/lines/1/colour""#), "\(column.output)")
            #expect(column.errors.contains("line 1, colour: is no column of groups"), "\(column.errors)")
            let channels = try await server.command(["import", "channels", places])
            #expect(channels.status == 1)

            let missing = try await server.command(["import", "places", "nowhere.csv"])
            #expect(missing.status == 1 && missing.complaint.contains("nowhere.csv cannot be read"))
            let made = try await server.command(["keys", "create", "--name", "reads", "--scope", "analyst"])
            let analyst = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let forbidden = try await server.command(["import", "places", places, "--key", analyst])
            #expect(forbidden.status == 1 && forbidden.complaint.contains("needs the scope author"))
        }
    }
}
