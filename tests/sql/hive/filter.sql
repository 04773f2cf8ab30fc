SELECT id, amount FROM 'hive/**/*.parquet' WHERE year = 2024 AND month BETWEEN 3 AND 5
