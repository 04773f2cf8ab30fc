-- Two compressed readers in one query.
-- duckdb: SELECT COUNT(*) AS n FROM people p JOIN purchases b ON b.person_id = p.id
SELECT COUNT(*) AS n FROM 'variants/people.csv.gz' AS p JOIN 'variants/purchases.csv.zst' AS b ON b.person_id = p.id
