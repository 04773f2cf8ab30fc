-- The header line tells the separator.
-- duckdb: SELECT * FROM read_csv('readers/tab.csv', delim = '\t', header = true)
SELECT * FROM 'readers/tab.csv'
