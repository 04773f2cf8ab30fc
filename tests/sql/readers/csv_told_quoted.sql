-- A comma in quotes is no separator.
-- duckdb: SELECT "a,b", c FROM read_csv('readers/quotedcomma.csv', delim = ';', header = true)
SELECT "a,b", c FROM 'readers/quotedcomma.csv'
