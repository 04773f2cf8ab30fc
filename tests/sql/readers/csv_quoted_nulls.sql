-- An empty text in quotes as NULL, which DuckDB does by itself.
SELECT * FROM read_csv('readers/quoted.csv', allow_quoted_nulls = true, header = true)
