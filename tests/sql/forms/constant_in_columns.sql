-- A constant looked for among columns.
SELECT id, 3 IN (qty, person_id) AS a, 'apple' NOT IN (item, 'x') AS b FROM {purchases}
