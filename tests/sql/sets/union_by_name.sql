SELECT id, qty FROM {purchases} WHERE id < 4 UNION ALL BY NAME SELECT id, age FROM {people} WHERE id < 4
