-- The header line tells the separator.
-- duckdb: SELECT * FROM read_csv('readers/semicolon.csv', delim = ';', header = true)
SELECT * FROM 'readers/semicolon.csv'
