-- Another separator, a decimal comma and dates.
-- duckdb: SELECT CAST(id AS BIGINT) AS id, CAST(day AS VARCHAR) AS day FROM read_csv('variants/dates.csv', delim = ';') WHERE day IS NOT NULL
SELECT id, CAST(day AS VARCHAR) AS day FROM read_csv('variants/dates.csv', separator => ';') WHERE day IS NOT NULL
