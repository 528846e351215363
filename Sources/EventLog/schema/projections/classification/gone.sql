-- What counts no longer. $1 tenant; $2 messages withdrawn; $3, $4 demands rejoined.
WITH withdrawn AS (
    DELETE FROM messages AS m
    WHERE m.tenant_id = $1
        AND m.message_id = ANY ($2::uuid[])
),
rejoined AS (
    DELETE FROM words AS w
    USING unnest($3::uuid[], $4::smallint[]) AS r (message_id, demand)
    WHERE w.tenant_id = $1
        AND w.message_id = r.message_id
        AND w.demand = r.demand
)
DELETE FROM words AS w
WHERE w.tenant_id = $1
    AND w.message_id = ANY ($2)
