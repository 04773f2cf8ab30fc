-- duckdb: SELECT id, array_to_string(tags, '+') AS text FROM {nested} WHERE len(tags) > 0
SELECT id, ARRAY_TO_STRING(tags, '+') AS text FROM {nested} WHERE ARRAY_LENGTH(tags) > 0
