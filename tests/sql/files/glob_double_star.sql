SELECT COUNT(*) AS n, SUM(qty) AS pieces FROM 'logs/**/*.parquet'
