SELECT COUNT(*) AS n FROM "parquet/people.parquet"
