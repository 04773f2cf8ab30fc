SELECT COUNT(*) AS n FROM 'parts/part-00?.parquet'
