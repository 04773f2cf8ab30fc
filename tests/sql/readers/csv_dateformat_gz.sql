-- In a compressed file, whose separator the header line tells.
-- duckdb: SELECT id, d FROM read_csv('readers/dates.csv.gz', delim = ';', dateformat = '%d/%m/%Y', header = true)
SELECT id, d FROM read_csv('readers/dates.csv.gz', dateformat = '%d/%m/%Y', header = true)
