-- The header line of a compressed file.
-- duckdb: SELECT * FROM read_csv('readers/semicolon.csv.zst', delim = ';', header = true)
SELECT * FROM 'readers/semicolon.csv.zst'
