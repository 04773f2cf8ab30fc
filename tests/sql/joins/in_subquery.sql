SELECT id FROM {people} WHERE id IN (SELECT person_id FROM {purchases} WHERE item = 'cheese')
