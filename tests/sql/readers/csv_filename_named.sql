-- The column of names has a name; a list of one file.
-- duckdb: SELECT * REPLACE (regexp_replace(src, '^.*/readers/', 'readers/') AS src) FROM read_csv(['readers/noheader.csv'], header = false, filename = 'src')
SELECT * FROM read_csv(['readers/noheader.csv'], header = false, filename = 'src')
