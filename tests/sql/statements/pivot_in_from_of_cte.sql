-- The standard form, over sources that do not list their columns.
WITH bought AS (SELECT * FROM {purchases} WHERE qty > 3)
SELECT p.* FROM (SELECT * EXCLUDE (id, person_id, day, amount) FROM bought) PIVOT (sum(qty) FOR item IN ('apple', 'eggs')) AS p
