-- Columns without names are column0, column1.
SELECT * FROM read_csv('readers/noheader.csv', header = false)
