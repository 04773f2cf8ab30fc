-- Every column of every row group, in this compression.
SELECT * EXCLUDE (dur) FROM 'codecs/lz4.parquet'
