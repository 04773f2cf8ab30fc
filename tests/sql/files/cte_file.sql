WITH c AS (SELECT * FROM 'parquet/cities.parquet') SELECT country FROM c WHERE population > 1000000
