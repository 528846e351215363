-- The models, and what each says beside what others say of the same demands.
-- A reviewer of the whole tenant reads the cells of all demands; one of an organization those of its demands. The tenant is a
-- condition of the scan itself, as in the other views.
CREATE OR REPLACE VIEW review.models WITH (security_barrier) AS
SELECT
    m.model,
    m.target,
    CASE
        WHEN m.active_threshold IS NOT NULL THEN 'active'
        WHEN m.beside_threshold IS NOT NULL THEN 'beside'
        ELSE 'kept'
    END AS status,
    round(COALESCE(m.active_threshold, m.beside_threshold) / 10000.0, 4) AS threshold,
    m.examples,
    m.labels,
    round(m.macro_f1 / 10000.0, 4) AS macro_f1,
    round(m.accuracy / 10000.0, 4) AS accuracy,
    round(m.calibration_error / 10000.0, 4) AS calibration_error,
    m.digest,
    m.training_set,
    m.trained_at,
    k.position AS log_position,
    g.projector_version
FROM models AS m
JOIN projections.generations AS g
    ON g.projector = 'classification'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = m.tenant_id
    AND k.generation = g.generation
WHERE m.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    );

COMMENT ON VIEW review.models IS
    'The tenant''s trained models, one row each: what each was trained from, what it was worth then (cross-validated), and whether '
    'it is in use. How it does since: review.classification_quality. Live.';
COMMENT ON COLUMN review.models.model IS 'Its number within the tenant, from 1.';
COMMENT ON COLUMN review.models.target IS 'What it tells of a demand: category, kind.';
COMMENT ON COLUMN review.models.status IS
    'active: it classifies; beside: it runs beside the one in use, its word changes nothing; kept: it says nothing at present.';
COMMENT ON COLUMN review.models.threshold IS 'Below this confidence it leaves a demand unclassified; NULL: it is kept.';
COMMENT ON COLUMN review.models.examples IS 'Labelled demands that it was trained from.';
COMMENT ON COLUMN review.models.labels IS 'Categories, or kinds, that it can tell.';
COMMENT ON COLUMN review.models.macro_f1 IS 'Mean of the labels'' F1; cross-validated, near-duplicates kept together.';
COMMENT ON COLUMN review.models.accuracy IS 'Share of the examples that was right; cross-validated.';
COMMENT ON COLUMN review.models.calibration_error IS 'Expected calibration error: how far its confidence is from the share that is right.';
COMMENT ON COLUMN review.models.digest IS 'SHA-256 of its bytes.';
COMMENT ON COLUMN review.models.training_set IS 'SHA-256 of its examples; the same ones have the same.';

CREATE OR REPLACE VIEW review.classification_quality WITH (security_barrier) AS
SELECT
    c.target,
    c.model,
    c.source AS said_by,
    COALESCE(sum(c.demands) FILTER (WHERE c.model_value <> ''), 0) AS demands,
    COALESCE(sum(c.demands) FILTER (WHERE c.model_value = c.value), 0) AS agreed,
    round(
        COALESCE(sum(c.demands) FILTER (WHERE c.model_value = c.value), 0)::numeric
        / NULLIF(sum(c.demands) FILTER (WHERE c.model_value <> ''), 0), 4
    ) AS share,
    COALESCE(sum(c.demands) FILTER (WHERE c.model_value = ''), 0) AS left_unclassified,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'classification'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND c.grain = CASE
        WHEN (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL THEN 'all'
        ELSE 'organization'
    END
    AND c.organization = COALESCE(
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        ''
    )
    AND c.source IN ('given', 'reviewer')
    AND c.value <> ''
GROUP BY c.target, c.model, c.source, k.position, g.projector_version;

COMMENT ON VIEW review.classification_quality IS
    'Counts of those who spoke, not of those who think so. How often each model says what people said of the same demands; exact '
    'and live. A model in use is not asked where a person spoke first: of those demands only models that run beside it say '
    'anything. So a model in use is compared on what reviewers looked at after it, often because it was wrong; compare models '
    'beside each other on demands that all of them judged.';
COMMENT ON COLUMN review.classification_quality.target IS 'What is said: category, kind.';
COMMENT ON COLUMN review.classification_quality.said_by IS
    'reviewer, or given (by the collector). A demand of which both spoke counts in both rows: do not sum them.';
COMMENT ON COLUMN review.classification_quality.demands IS 'Demands of which both said something: the last word of each.';
COMMENT ON COLUMN review.classification_quality.agreed IS 'Of these, those where the model says the same.';
COMMENT ON COLUMN review.classification_quality.share IS 'agreed of demands; NULL: there are none.';
COMMENT ON COLUMN review.classification_quality.left_unclassified IS
    'Demands of which people said something and the model was not sure enough; not among demands.';
COMMENT ON COLUMN review.classification_quality.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.classification_quality.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.classification_confusion WITH (security_barrier) AS
SELECT
    c.target,
    c.model,
    c.source AS said_by,
    COALESCE(NULLIF(c.value, ''), 'unclassified') AS said,
    COALESCE(NULLIF(c.model_value, ''), 'unclassified') AS model_said,
    CASE WHEN c.value <> '' AND c.model_value <> '' THEN c.value = c.model_value END AS agrees,
    c.demands,
    c.people,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'classification'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND c.grain = CASE
        WHEN (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL THEN 'all'
        ELSE 'organization'
    END
    AND c.organization = COALESCE(
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        ''
    )
    AND c.source IN ('given', 'reviewer');

COMMENT ON VIEW review.classification_confusion IS
    'Counts of those who spoke, not of those who think so. Which category, or kind, people said and which one each model said of '
    'the same demands; exact and live. Sum demands freely within one said_by; people must not be summed.';
COMMENT ON COLUMN review.classification_confusion.said_by IS
    'reviewer, or given (by the collector); a demand of which both spoke counts in both.';
COMMENT ON COLUMN review.classification_confusion.said IS
    'Code of the category, or the kind; unclassified: a reviewer said that it is none.';
COMMENT ON COLUMN review.classification_confusion.model_said IS 'unclassified: the model was not sure enough.';
COMMENT ON COLUMN review.classification_confusion.agrees IS 'NULL: one of them names none.';
COMMENT ON COLUMN review.classification_confusion.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.classification_confusion.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.classification_confusion.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.model_flows WITH (security_barrier) AS
SELECT
    c.target,
    c.source AS from_method,
    NULLIF(c.source_version, 0) AS from_model,
    COALESCE(NULLIF(c.value, ''), 'unclassified') AS from_value,
    c.model AS to_model,
    COALESCE(NULLIF(c.model_value, ''), 'unclassified') AS to_value,
    c.is_settled,
    c.demands,
    c.people,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'classification'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND c.grain = CASE
        WHEN (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL THEN 'all'
        ELSE 'organization'
    END
    AND c.organization = COALESCE(
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        ''
    )
    AND c.source IN ('keywords', 'model', 'none');

COMMENT ON VIEW review.model_flows IS
    'Counts of those who spoke, not of those who think so. What a model says of demands of which keywords or an earlier model '
    'said something: what putting the one in place of the other changes; exact and live. Rows of one from_method, from_model and '
    'to_model add up to the demands of which both spoke; rows of different ones overlap. people must not be summed.';
COMMENT ON COLUMN review.model_flows.from_method IS
    'keywords; model; none: neither people nor keywords have said anything, as before any model.';
COMMENT ON COLUMN review.model_flows.from_model IS 'Always lower than to_model; NULL: it was no model.';
COMMENT ON COLUMN review.model_flows.from_value IS
    'Code of the category, or the kind; unclassified: none was found, or the model was not sure enough.';
COMMENT ON COLUMN review.model_flows.to_value IS 'As from_value.';
COMMENT ON COLUMN review.model_flows.is_settled IS
    'true: a reviewer or the collector has said it; no model changes these, whatever it says.';
COMMENT ON COLUMN review.model_flows.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.model_flows.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.model_flows.projector_version IS 'Same position and version: same numbers.';

-- The last release, for analysts: each model is a publication of its own, so that pools never join two models.
CREATE OR REPLACE VIEW aggregates.classification_quality WITH (security_barrier) AS
SELECT
    p.publication::integer AS model,
    m.target,
    p.path[1] AS said_by,
    p.path[2] AS said,
    p.path[3] AS outcome,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN (ARRAY['all', 'said_by', 'said'])[cardinality(p.path) + 1] END AS withheld_below,
    p.demands,
    p.people,
    r.release,
    r.position AS release_position,
    r.released_at,
    r.k,
    g.projector_version
FROM published_rows AS p
JOIN publications AS r
    ON r.tenant_id = p.tenant_id
    AND r.publication = p.publication
JOIN projections.generations AS g
    ON g.projector = 'classification'
    AND g.state = 'live'
LEFT JOIN models AS m
    ON m.tenant_id = p.tenant_id
    AND m.model = p.publication::integer
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    );

COMMENT ON VIEW aggregates.classification_quality IS
    'Counts of those who spoke, not of those who think so. How often each model says what people said of the same demands, at the '
    'last release: by model, who said it, what was said, and whether the model agreed. No row stands on fewer than k people: '
    'smaller cells are pooled into rows with is_withheld = true. A demand of which both a reviewer and the collector spoke counts '
    'for each. What can be said of it: see review.classification_quality. people must not be summed.';
COMMENT ON COLUMN aggregates.classification_quality.target IS 'What is said: category, kind; NULL: nothing is known of the model.';
COMMENT ON COLUMN aggregates.classification_quality.said_by IS 'reviewer, given (by the collector); NULL in a row that pools both.';
COMMENT ON COLUMN aggregates.classification_quality.said IS
    'Code of the category, or the kind, that people said; NULL in a row that pools several.';
COMMENT ON COLUMN aggregates.classification_quality.outcome IS
    'What the model said: agreed; differed; unclassified: it was not sure enough; NULL in a row that pools several.';
COMMENT ON COLUMN aggregates.classification_quality.is_withheld IS 'true: several small cells together, see withheld_below.';
COMMENT ON COLUMN aggregates.classification_quality.withheld_below IS
    'The margin whose small cells this row pools (all: of the model, said_by, said); NULL in a cell.';
COMMENT ON COLUMN aggregates.classification_quality.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.classification_quality.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.classification_quality.release_position IS 'The release covers exactly the events before it.';
