-- SQL counts from 1.
-- duckdb: SELECT id, tags[1] AS one, scores[2] AS two FROM {nested}
SELECT id, ARRAY_GET(tags, 1) AS one, ARRAY_GET(scores, 2) AS two FROM {nested}
