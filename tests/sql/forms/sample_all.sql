-- A sample of all rows, with a seed.
SELECT count(*) AS n FROM {people} TABLESAMPLE (100 PERCENT) REPEATABLE (42)
