-- Dates without a format are year, month, day.
SELECT d, t FROM read_csv('readers/iso.csv', types = {'d': 'DATE', 't': 'TIMESTAMP', 'z': 'VARCHAR'}, header = true)
