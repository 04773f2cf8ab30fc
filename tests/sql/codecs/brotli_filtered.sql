SELECT row, d38, s, ls FROM 'codecs/brotli.parquet' WHERE row BETWEEN 150 AND 170
