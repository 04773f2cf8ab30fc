-- duckdb: SELECT city, COUNT(*) AS n FROM 'parquet/people.parquet' GROUP BY city
SELECT city, COUNT(*) AS n FROM 'variants/people.ndjson.zst' GROUP BY city
