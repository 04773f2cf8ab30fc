-- types: any
SELECT COUNT(*) AS n, SUM(id) AS s FROM 'parquet/people.parquet'
