-- types: any
SELECT p.id, s.item, s.n, s.total
FROM {people} AS p JOIN LATERAL (SELECT item, COUNT(*) AS n, SUM(qty) AS total FROM {purchases} AS o WHERE o.person_id = p.id GROUP BY item) AS s ON s.n > 1
