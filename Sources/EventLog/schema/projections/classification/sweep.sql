-- Cells that the last batch emptied: a rebuild would never have made them. $1 tenant; $2..$4 their keys.
DELETE FROM cells AS c
USING unnest($2::text[], $3::text[], $4::uuid[]) AS g (grain, organization, coordinates)
WHERE c.tenant_id = $1
    AND c.grain = g.grain
    AND c.organization = g.organization
    AND c.coordinates = g.coordinates
    AND c.demands = 0
