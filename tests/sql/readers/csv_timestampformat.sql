-- Dates and timestamps with formats.
SELECT * FROM read_csv('readers/dates.csv', delim = ';', dateformat = '%d/%m/%Y', timestampformat = '%d/%m/%Y %H:%M', header = true)
