-- EXISTS in the list, with a condition on a column outside.
SELECT id, EXISTS (SELECT 1 FROM {purchases} AS q WHERE q.person_id = p.id) AS bought, NOT EXISTS (SELECT 1 FROM {purchases} AS q WHERE q.person_id = p.id AND q.qty > 5) AS few FROM {people} AS p
