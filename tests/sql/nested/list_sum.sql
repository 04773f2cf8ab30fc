-- types: any
-- duckdb: SELECT id, list_sum(scores) AS total, list_max(scores) AS top FROM {nested} WHERE len(scores) > 0
SELECT id, ARRAY_SUM(scores) AS total, ARRAY_UPPER(scores) AS top FROM {nested} WHERE ARRAY_LENGTH(scores) > 0
