-- The name of a row's file, relative to the root.
-- duckdb: SELECT regexp_replace(filename, '^.*/readers/', 'readers/') AS filename, a FROM read_csv('readers/order/*.csv', filename = true, union_by_name = true)
SELECT filename, a FROM read_csv('readers/order/*.csv', filename = true, union_by_name = true)
