-- Text as a decimal.
SELECT * FROM read_csv('readers/numbers.csv', columns = {'kind': 'VARCHAR', 'value': 'DECIMAL(9,2)'}, header = true)
