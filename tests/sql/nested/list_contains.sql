-- duckdb: SELECT id FROM {nested} WHERE list_contains(tags, 't1') AND list_contains(scores, 4)
SELECT id FROM {nested} WHERE ARRAY_CONTAINS(tags, 't1') AND ARRAY_CONTAINS(scores, 4)
