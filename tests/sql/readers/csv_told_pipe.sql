-- The header line tells the separator.
-- duckdb: SELECT * FROM read_csv('readers/pipe.csv', delim = '|', header = true)
SELECT * FROM 'readers/pipe.csv'
