-- Moves the clock on. $1 tenant; $2 when the last event of a batch was recorded.
INSERT INTO clock AS c (tenant_id, recorded_at)
VALUES ($1, $2::timestamptz)
ON CONFLICT (tenant_id)
DO UPDATE SET recorded_at = greatest(c.recorded_at, EXCLUDED.recorded_at)
