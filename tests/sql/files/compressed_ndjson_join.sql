-- duckdb: SELECT COUNT(*) AS n FROM people p JOIN purchases b ON b.person_id = p.id
SELECT COUNT(*) AS n FROM 'variants/purchases.ndjson.gz' AS b JOIN 'variants/people.ndjson.zst' AS p ON b.person_id = p.id
