SELECT id FROM {people} AS p WHERE EXISTS (SELECT 1 FROM {purchases} AS b WHERE b.person_id = p.id AND b.qty > 7)
