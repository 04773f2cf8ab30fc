SELECT row, d38, s, ls FROM 'codecs/v2_pages.parquet' WHERE row BETWEEN 150 AND 170
