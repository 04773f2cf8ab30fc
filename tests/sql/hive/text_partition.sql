-- An escaped space is decoded; Hive's mark for a null partition is null.
-- duckdb: SELECT CASE region WHEN '__HIVE_DEFAULT_PARTITION__' THEN NULL ELSE region END AS region, COUNT(*) AS n FROM 'byname/**/*.parquet' GROUP BY region
SELECT region, COUNT(*) AS n FROM 'byname/**/*.parquet' GROUP BY region
