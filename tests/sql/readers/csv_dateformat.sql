-- A column whose values are of the format is a date.
SELECT id, d FROM read_csv('readers/dates.csv', delim = ';', dateformat = '%d/%m/%Y', header = true)
