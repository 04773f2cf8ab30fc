-- Names in the place of those in the header.
-- duckdb: SELECT * FROM read_csv('readers/order/1.csv', names = ['x', 'y'], header = true)
SELECT * FROM read_csv('readers/order/1.csv', names = ['x', 'y'])
