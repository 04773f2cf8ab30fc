-- The names that a glob fits.
-- duckdb: SELECT regexp_replace(file, '^.*/readers/', 'readers/') AS file FROM glob('readers/union/*.csv')
SELECT file FROM glob('readers/union/*.csv')
