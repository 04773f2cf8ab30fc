-- A symbolic link that stays inside the root is just a file.
SELECT city FROM 'variants/linked.parquet'
