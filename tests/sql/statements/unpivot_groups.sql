-- Several values in a row, which is left out if one of them is NULL.
UNPIVOT (SELECT id, age, boss_id, id + 1 AS a, boss_id AS b FROM {people}) ON (age, boss_id) AS old, (a, b)
INTO NAME kind VALUE v, w
