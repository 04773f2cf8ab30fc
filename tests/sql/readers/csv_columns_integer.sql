-- Text as an integer: spaces, fractions that are rounded, exponents.
SELECT * FROM read_csv('readers/numbers.csv', columns = {'kind': 'VARCHAR', 'value': 'INTEGER'}, header = true)
