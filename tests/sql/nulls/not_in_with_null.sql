-- NOT IN over a list with a null is never true.
SELECT COUNT(*) AS n FROM {people} WHERE id NOT IN (1, 2, NULL)
