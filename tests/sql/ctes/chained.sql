WITH spent AS (SELECT person_id, SUM(amount) AS total FROM {purchases} GROUP BY person_id),
     big AS (SELECT person_id, total FROM spent WHERE total > 1200)
SELECT p.name, b.total FROM big AS b JOIN {people} AS p ON p.id = b.person_id
