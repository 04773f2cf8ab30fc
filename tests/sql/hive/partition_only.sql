SELECT DISTINCT year FROM 'hive/**/*.parquet'
