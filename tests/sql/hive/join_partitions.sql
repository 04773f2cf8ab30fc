SELECT h.year, COUNT(*) AS n FROM 'hive/**/*.parquet' AS h JOIN people AS p ON h.person_id = p.id GROUP BY h.year
