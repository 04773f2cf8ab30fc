SELECT row, d38, s, ls FROM 'codecs/snappy.parquet' WHERE row BETWEEN 150 AND 170
