-- A row with too many fields is left out; a separator at its end is none.
-- duckdb: SELECT * FROM read_csv('readers/ragged.csv', ignore_errors = true, header = true)
SELECT * FROM read_csv('readers/ragged.csv', ignore_errors = true)
