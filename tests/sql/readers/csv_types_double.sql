-- The type of one column.
SELECT kind, value FROM read_csv('readers/numbers.csv', types = {'value': 'DOUBLE'}, header = true)
