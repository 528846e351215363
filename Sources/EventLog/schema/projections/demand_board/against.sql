-- Which organizations demands speak against. $1 tenant; $2..$4 demands and organizations, NULL: none.
UPDATE facts AS f
SET against = a.organization
FROM unnest($2::uuid[], $3::smallint[], $4::text[]) AS a (message_id, demand, organization)
WHERE f.tenant_id = $1
    AND f.message_id = a.message_id
    AND f.demand = a.demand
