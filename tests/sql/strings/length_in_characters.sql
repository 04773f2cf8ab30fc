-- types: any
-- duckdb: SELECT id, LENGTH(w) AS characters, strlen(w) AS bytes FROM {words}
SELECT id, LENGTH(w) AS characters, OCTET_LENGTH(w) AS bytes FROM {words}
