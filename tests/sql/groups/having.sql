SELECT person_id, COUNT(*) AS n, SUM(amount) AS total
FROM {purchases}
GROUP BY person_id
HAVING COUNT(*) >= 4 AND SUM(amount) > 1000
