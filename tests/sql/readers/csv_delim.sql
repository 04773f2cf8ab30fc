-- A separator, and all columns as text.
SELECT id, d FROM read_csv('readers/twodates.csv', delim = ';', all_varchar = true)
