-- File names beside lines and arrays.
-- duckdb: SELECT * REPLACE (regexp_replace(filename, '^.*/readers/', 'readers/') AS filename) FROM read_json(['readers/more/2.ndjson', 'readers/more/3.json'], filename = true)
SELECT * FROM read_json(['readers/more/2.ndjson', 'readers/more/3.json'], filename = true)
