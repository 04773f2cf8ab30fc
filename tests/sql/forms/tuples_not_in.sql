SELECT id FROM {purchases} AS p WHERE (p.person_id, p.item) NOT IN (SELECT person_id, item FROM {purchases} WHERE qty > 6 AND person_id IS NOT NULL)
