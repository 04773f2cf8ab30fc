-- Windows line ends, and one inside quotes.
-- duckdb: SELECT * FROM (VALUES (1, 'one'), (2, E'two\r\nlines'), (3, NULL)) AS v(id, name)
-- types: any
SELECT id, name FROM 'variants/crlf.csv'
