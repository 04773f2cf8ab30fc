-- The hour on the wall in Paris, through a change to summer time.
-- types: any
-- duckdb: SELECT id, extract(hour FROM tz_paris AT TIME ZONE 'Europe/Paris') AS h FROM {alltypes} WHERE id BETWEEN 3 AND 6
SELECT id, extract(hour FROM tz_paris) AS h FROM {alltypes} WHERE id BETWEEN 3 AND 6
