-- A number that is of the format is a date.
SELECT * FROM read_csv('readers/digits.csv', dateformat = '%Y%m%d', header = true)
