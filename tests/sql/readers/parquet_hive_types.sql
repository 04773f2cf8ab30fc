-- The type of one folder.
SELECT a, typeof(year) AS t, year, m FROM read_parquet('readers/part/**/*.parquet', hive_types = {'year': 'INTEGER'})
