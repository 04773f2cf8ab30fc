SELECT COUNT(*) AS n FROM read_parquet('parquet/purchases.parquet') AS p WHERE p.paid
