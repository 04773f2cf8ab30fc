SELECT item, COUNT(*) AS n FROM read_parquet('logs/*.parquet') GROUP BY item
