-- A comma in the place of the point.
-- duckdb: SELECT p + 1 AS p, q FROM read_csv('readers/comma.csv', delim = ';', decimal_separator = ',', header = true)
SELECT p + 1 AS p, q FROM read_csv('readers/comma.csv', delim = ';', decimal_separator = ',')
