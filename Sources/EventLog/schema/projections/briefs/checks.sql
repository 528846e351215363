-- Keeps answers. $1 tenant; $2 briefs; $3 wordings; $4 messages; $5 persons; $6 answers.
INSERT INTO brief_checks (tenant_id, brief_id, wording, message_id, person, answer)
SELECT $1, c.brief_id, c.wording, c.message_id, c.person, c.answer
FROM unnest($2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[])
    AS c (brief_id, wording, message_id, person, answer)
ORDER BY c.brief_id, c.wording, c.message_id
