-- Which parts of a passage word a demand. $1 tenant; $2..$5 demands; a list of spans is from,to,from,to…
UPDATE facts AS f
SET narrowed_in = w.passage,
    spans = string_to_array(w.spans, ',')::integer[]
FROM unnest($2::uuid[], $3::smallint[], $4::smallint[], $5::text[]) AS w (message_id, demand, passage, spans)
WHERE f.tenant_id = $1
    AND f.message_id = w.message_id
    AND f.demand = w.demand
