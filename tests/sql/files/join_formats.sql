-- One query over four formats.
-- duckdb: SELECT c.country, COUNT(*) AS n FROM people p JOIN purchases b ON b.person_id = p.id JOIN cities c ON c.city = p.city JOIN people q ON q.id = p.id GROUP BY c.country
SELECT c.country, COUNT(*) AS n
FROM 'parquet/people.parquet' AS p
JOIN 'csv/purchases.csv' AS b ON b.person_id = p.id
JOIN 'arrow/cities.arrow' AS c ON c.city = p.city
JOIN 'ndjson/people.ndjson' AS q ON q.id = p.id
GROUP BY c.country
