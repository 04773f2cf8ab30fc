-- Conditions of one side beside the key.
SELECT p.id FROM {people} AS p SEMI JOIN {purchases} AS q ON p.id = q.person_id AND q.qty > 6 AND p.age < 50
