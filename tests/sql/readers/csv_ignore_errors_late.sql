-- A value of another type after the rows that types are told from.
-- duckdb: SELECT count(*) AS n, sum(n) AS s, max(t) AS t FROM read_csv('readers/late.csv', ignore_errors = true, types = {'n': 'BIGINT'})
SELECT count(*) AS n, sum(n) AS s, max(t) AS t FROM read_csv('readers/late.csv', ignore_errors = true)
