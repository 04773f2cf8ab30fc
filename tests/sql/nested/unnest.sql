-- duckdb: SELECT id, unnest(tags) AS tag FROM {nested}
SELECT id, UNNEST(tags) AS tag FROM {nested} WHERE ARRAY_LENGTH(tags) > 0
