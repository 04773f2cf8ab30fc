-- PIVOT with the values of its columns.
SELECT * FROM (SELECT person_id, item, qty FROM {purchases}) PIVOT (sum(qty) FOR item IN ('pen', 'ink')) AS p
