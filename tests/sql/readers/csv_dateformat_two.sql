-- One value that is not of the format makes the column text.
SELECT id, d FROM read_csv('readers/twodates.csv', delim = ';', dateformat = '%d/%m/%Y', header = true)
