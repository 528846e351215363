-- Adds the models that were trained. $1 tenant.
INSERT INTO models (
    tenant_id, model, target, digest, training_set, examples, labels, macro_f1, accuracy, calibration_error, trained_at
)
SELECT
    $1, m.model, m.target, m.digest, m.training_set, m.examples, m.labels, m.macro_f1, m.accuracy, m.calibration_error,
    m.trained_at
FROM unnest(
    $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::integer[], $9::integer[],
    $10::integer[], $11::timestamptz[]
) AS m (model, target, digest, training_set, examples, labels, macro_f1, accuracy, calibration_error, trained_at)
ORDER BY m.model
