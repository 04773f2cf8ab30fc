-- One file with two sets of options in one query.
SELECT l.id, r.d FROM read_csv('readers/dates.csv', delim = ';', header = true) AS l JOIN read_csv('readers/dates.csv', delim = ';', dateformat = '%d/%m/%Y', header = true) AS r USING (id)
