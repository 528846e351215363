-- Counts every entry by its day, into a table that is empty: what apply.sql adds up batch by batch. $1 tenant.
INSERT INTO cell_days (tenant_id, dimension, is_registered, name, occurred_on, messages)
SELECT $1, e.dimension, e.is_registered, e.name, e.occurred_on, count(*)
FROM entries AS e
WHERE e.tenant_id = $1
GROUP BY e.dimension, e.is_registered, e.name, e.occurred_on
