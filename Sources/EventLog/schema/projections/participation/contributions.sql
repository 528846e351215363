-- Every message that counts at a release, with its coordinates: day, channel. $1 tenant; $2 publications ('day'); $3 of these
-- messages only; NULL: of all.
SELECT
    f.message_id,
    1::smallint AS demand,
    f.person,
    1::smallint AS messages,
    f.reported_support,
    concat_ws(E'\x1f', to_char(f.received_on, 'YYYY-MM-DD'), f.channel) AS coordinates
FROM facts AS f
WHERE f.tenant_id = $1
    AND cardinality($2::text[]) > 0
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
