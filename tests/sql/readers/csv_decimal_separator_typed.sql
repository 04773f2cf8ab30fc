-- The same with types.
-- duckdb: SELECT p, r FROM read_csv('readers/comma.csv', delim = ';', decimal_separator = ',', types = {'p': 'DECIMAL(8,2)', 'r': 'DOUBLE'}, header = true)
SELECT p, r FROM read_csv('readers/comma.csv', delim = ';', decimal_separator = ',', types = {'p': 'DECIMAL(8,2)', 'r': 'DOUBLE'})
