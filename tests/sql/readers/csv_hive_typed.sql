-- Types of folders and of columns.
-- duckdb: SELECT * REPLACE (regexp_replace(f, '^.*/readers/', 'readers/') AS f) FROM read_csv('readers/part/**/*.csv', types = {'a': 'VARCHAR'}, hive_types = {'year': 'SMALLINT'}, filename = 'f', hive_partitioning = true)
SELECT * FROM read_csv('readers/part/**/*.csv', types = {'a': 'VARCHAR'}, hive_types = {'year': 'SMALLINT'}, filename = 'f')
