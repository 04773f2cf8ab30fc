-- duckdb: SELECT id, w FROM {words} WHERE regexp_matches(w, '^[a-z]+$')
SELECT id, w FROM {words} WHERE REGEXP_LIKE(w, '^[a-z]+$')
