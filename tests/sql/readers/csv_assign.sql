-- And :=, with the other name of the function.
-- duckdb: SELECT * FROM read_csv_auto('readers/pipe.csv', delim := '|')
SELECT * FROM read_csv_auto('readers/pipe.csv', delimiter := '|')
