SELECT COUNT(*) AS n, MIN(id) AS low FROM 'parts/part-00[1-2].parquet'
