-- types: any
-- duckdb: SELECT id, len(tags) AS n, len(scores) AS m FROM {nested}
SELECT id, ARRAY_LENGTH(tags) AS n, ARRAY_LENGTH(scores) AS m FROM {nested}
