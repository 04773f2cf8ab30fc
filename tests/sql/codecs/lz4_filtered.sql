SELECT row, d38, s, ls FROM 'codecs/lz4.parquet' WHERE row BETWEEN 150 AND 170
