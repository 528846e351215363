import EventLog

/// Every projector of this version. Adding one: its folder here, its SQL folder in `schema/projections/`, this line.
package enum AllProjectors {
    package static func make() -> [any PostgresProjector] {
        [
            DemandBoard(),
            Participation(),
            DemandBoardByGroup(),
            Coverage(),
            SurveyResults(),
            TopicBoard(),
            TaxonomyTree(),
            RegistryProjector(),
            ClassificationQuality(),
            HandlingBoard(),
            BriefBoard(),
        ]
    }
}
