-- A date that is named as one.
SELECT d + 1 AS next FROM read_csv('readers/dates.csv', delim = ';', dateformat = '%d/%m/%Y', types = {'d': 'DATE'}, header = true)
