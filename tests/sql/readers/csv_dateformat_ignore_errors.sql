-- Rows that do not fit are left out.
SELECT id, d FROM read_csv('readers/twodates.csv', delim = ';', dateformat = '%d/%m/%Y', types = {'d': 'DATE'}, ignore_errors = true, header = true)
