-- The inner side has no nulls: with one, NOT IN keeps nothing.
SELECT id FROM {people} WHERE id NOT IN (SELECT person_id FROM {purchases} WHERE person_id IS NOT NULL)
