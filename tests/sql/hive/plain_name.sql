-- duckdb: SELECT year, month, COUNT(*) AS n, SUM(qty) AS pieces FROM 'hive/**/*.parquet' GROUP BY year, month
SELECT year, month, COUNT(*) AS n, SUM(qty) AS pieces FROM hive GROUP BY year, month
