-- A row with too few fields has NULLs.
-- duckdb: SELECT * FROM read_csv('readers/short.csv', null_padding = true, header = true)
SELECT * FROM read_csv('readers/short.csv', null_padding = true)
