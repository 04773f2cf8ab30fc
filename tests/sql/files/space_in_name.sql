SELECT city FROM 'variants/space name.parquet'
