SELECT p.id, b.id AS bought, b.amount FROM {people} AS p, LATERAL (SELECT id, amount FROM {purchases} AS o WHERE o.person_id = p.id AND o.paid) AS b
