-- Columns in another order are found by their names.
-- duckdb: SELECT a, b FROM read_csv('readers/order/*.csv', types = {'a': 'INTEGER'}, header = true)
SELECT a, b FROM read_csv('readers/order/*.csv', types = {'a': 'INTEGER'})
