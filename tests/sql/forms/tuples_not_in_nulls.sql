-- One NULL among the rows, and nothing is surely not in them.
SELECT id FROM {purchases} AS p WHERE (p.person_id, p.qty) NOT IN (SELECT id, age FROM {people})
