SELECT id FROM people WHERE city IN (SELECT city FROM 'parquet/cities.parquet' WHERE population > 10000000)
