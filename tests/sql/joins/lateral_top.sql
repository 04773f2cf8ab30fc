SELECT p.id, p.name, b.id AS bought, b.amount
FROM {people} AS p
LEFT JOIN LATERAL (SELECT id, amount FROM {purchases} AS o WHERE o.person_id = p.id ORDER BY amount DESC, id LIMIT 2) AS b ON true
