-- formats: parquet
SELECT id, if(age > 30, 'a', 'b') AS a FROM {people}
