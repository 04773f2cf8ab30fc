SELECT row, d38, s, ls FROM 'codecs/zstd.parquet' WHERE row BETWEEN 150 AND 170
