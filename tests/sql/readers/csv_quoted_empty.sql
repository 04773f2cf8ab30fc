-- Without a word, an empty text in quotes is an empty text.
-- duckdb: SELECT * FROM read_csv('readers/quoted.csv', allow_quoted_nulls = false, header = true)
SELECT * FROM read_csv('readers/quoted.csv')
