SELECT COUNT(*) AS n FROM {people} WHERE id NOT IN (SELECT person_id FROM {purchases})
