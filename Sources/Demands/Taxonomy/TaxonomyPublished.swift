import EventSourcing
import JSONText

/// A version of the taxonomy, whole: it replaces the one before.
package struct TaxonomyPublished: EventPayload, Equatable {
    /// Stored name: never renamed.
    package static let name = "TaxonomyPublished"

    package static var types: Set<String> { [name] }

    /// From 1 within the tenant.
    package var version: Int
    /// In the order of whoever wrote them.
    package var categories: [Category]
    /// What happens to the demands of categories that were there before.
    package var changes: [CategoryChange]

    package init(version: Int, categories: [Category], changes: [CategoryChange] = []) {
        self.version = version
        self.categories = categories
        self.changes = changes
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.name else {
            throw body.unreadable("this is no taxonomy that this version knows")
        }
        version = try body.int("version")
        var categories: [Category] = []
        for category in try body.objects("categories") {
            let named = try category.object("names")
            var names: [String: String] = [:]
            for language in named.memberNames { names[language] = try named.string(language) }
            categories.append(
                Category(
                    code: try category.string("code"),
                    parent: try category.optionalString("parent"),
                    names: names,
                    keywords: category.has("keywords") ? try category.strings("keywords") : []
                )
            )
        }
        self.categories = categories
        var changes: [CategoryChange] = []
        for change in try body.objects("changes") { changes.append(try CategoryChange(change)) }
        self.changes = changes
    }

    package var encoded: NewEvent {
        .version1(Self.name) { json in
            json.field("version", version)
            json.array("categories", of: categories) { json, category in json.value(category) }
            if !changes.isEmpty { json.array("changes", of: changes) { json, change in json.value(change) } }
        }
    }
}

extension Category: JSONWritable {
    /// As the event holds it.
    package func write(to json: inout JSONWriter) {
        write(to: &json, level: nil)
    }

    /// As the door shows it.
    package func write(to json: inout JSONWriter, level: Int?) {
        json.object { json in
            json.field("code", code)
            json.field("parent", ifPresent: parent)
            json.field("level", ifPresent: level)
            json.object("names") { json in
                for (language, name) in sortedNames { json.field(language, name) }
            }
            if !keywords.isEmpty { json.field("keywords", keywords) }
        }
    }
}
