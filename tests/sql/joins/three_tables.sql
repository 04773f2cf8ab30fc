SELECT c.country, COUNT(*) AS n, SUM(b.amount) AS total
FROM {people} AS p
JOIN {purchases} AS b ON b.person_id = p.id
JOIN {cities} AS c ON c.city = p.city
GROUP BY c.country
