// swift-tools-version: 6.1
import PackageDescription

// The road a voice takes, one target a step (docs/architecture.md has the picture):
//   ChorusHTTP -> Demands (pure) -> EventLog -> Projectors -> schema/
let package = Package(
    name: "chorus",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "chorus", targets: ["chorus"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Outside world
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "Postgres", dependencies: ["CLibpq"]),
        .target(name: "EmbeddedPostgres"),
        .systemLibrary(name: "CLiblinear", providers: [.apt(["liblinear-dev"])]),

        // Pure
        .target(name: "JSONText"),
        .target(name: "EventSourcing", dependencies: ["JSONText"]),
        .target(name: "Statistics"),
        .target(name: "Classification", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Topics", dependencies: ["Demands", "EventSourcing", "JSONText"]),
        .target(name: "CSVRows", dependencies: ["JSONText", .product(name: "SwiftCSV", package: "SwiftCSV")]),
        .target(
            name: "Demands",
            dependencies: ["EventSourcing", "JSONText"]
        ),

        .target(
            name: "Surveys",
            dependencies: ["Demands", "EventSourcing", "JSONText"]
        ),

        // The log and what is read from it
        .target(
            name: "EventLog",
            dependencies: [
                "EventSourcing", "Postgres",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("schema")]
        ),
        .target(
            name: "Projectors",
            dependencies: ["Demands", "EventLog", "JSONText", "Statistics", "Surveys", "Topics"]
        ),

        // What reads the log and says what it finds
        .target(
            name: "Refinement",
            dependencies: [
                "Classification", "Demands", "EventLog", "EventSourcing", "ModelTraining", "Postgres", "Topics",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // The doors
        .target(
            name: "ChorusHTTP",
            dependencies: [
                "Classification", "CSVRows", "Demands", "EventLog", "EventSourcing", "JSONText", "ModelTraining",
                "Projectors", "Refinement", "Surveys", "Topics",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("openapi.yaml")]
        ),
        .target(
            name: "ModelTraining",
            dependencies: [
                "CLiblinear", "Classification", "JSONText", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(name: "FeedbackImport", dependencies: ["CSVRows", "EventSourcing", "JSONText"]),
        .executableTarget(
            name: "chorus",
            dependencies: [
                "CSVRows", "ChorusHTTP", "Classification", "EmbeddedPostgres", "FeedbackImport", "ModelTraining",
                "Refinement", "Topics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["EmbeddedPostgres", .product(name: "Logging", package: "swift-log")],
            path: "Tests/TestSupport"
        ),
        .target(name: "LogTailing", dependencies: ["EventLog", "Postgres", "TestSupport"], path: "Tests/LogTailing"),
        .executableTarget(
            name: "chorus-skip-test",
            dependencies: [
                "LogTailing", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/SkipTest"
        ),
        .executableTarget(
            name: "chorus-bench",
            dependencies: [
                "Demands", "EventLog", "EventSourcing", "JSONText", "Postgres", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Bench"
        ),
        .executableTarget(
            name: "chorus-topics-bench",
            dependencies: ["Topics", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/TopicsBench"
        ),
        .target(
            name: "ProjectionLaws",
            dependencies: [
                "Demands", "EventLog", "JSONText", "Postgres", "Projectors", "Surveys", "TestSupport", "Topics",
            ],
            path: "Tests/ProjectionLaws"
        ),
        .executableTarget(
            name: "chorus-laws",
            dependencies: [
                "ProjectionLaws", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Laws"
        ),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"]),
        .testTarget(name: "EmbeddedPostgresTests", dependencies: ["EmbeddedPostgres", "TestSupport"]),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
        .testTarget(name: "EventSourcingTests", dependencies: ["EventSourcing", "JSONText"]),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics"]),
        .testTarget(
            name: "ClassificationTests",
            dependencies: ["Classification", .product(name: "Crypto", package: "swift-crypto")]
        ),
        .testTarget(
            name: "ModelTrainingTests",
            dependencies: ["CLiblinear", "Classification", "JSONText", "ModelTraining", "chorus"]
        ),
        .testTarget(name: "DemandsTests", dependencies: ["Demands", "TestSupport"]),
        .testTarget(name: "TopicsTests", dependencies: ["Topics", "TestSupport"]),
        .testTarget(name: "SurveysTests", dependencies: ["Surveys"]),
        .testTarget(
            name: "StoredEventsTests",
            dependencies: ["Demands", "Surveys", "Topics", .product(name: "Crypto", package: "swift-crypto")],
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "EventLogTests",
            dependencies: [
                "Demands", "EventLog", "JSONText", "LogTailing", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "ProjectorsTests",
            dependencies: ["ProjectionLaws", "Projectors", "Statistics", "TestSupport", "chorus-laws"],
            exclude: ["Example/hours_of_the_day"]
        ),
        .testTarget(name: "CSVRowsTests", dependencies: ["CSVRows"]),
        .testTarget(name: "FeedbackImportTests", dependencies: ["CSVRows", "FeedbackImport"]),
        .testTarget(
            name: "ChorusHTTPTests",
            dependencies: [
                "ChorusHTTP", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .testTarget(
            name: "ChorusTests",
            dependencies: [
                "chorus", "JSONText", "Postgres", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// scripts/check and scripts/test: a warning in a target of ours is an error.
if Context.environment["CHORUS_STRICT"] == "1" {
    for target in package.targets where target.type != .system {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-warnings-as-errors"])]
    }
}
