SELECT id FROM {people} AS p WHERE age > 80 OR EXISTS (SELECT * FROM {purchases} AS q WHERE q.person_id = p.id AND q.qty = 9)
