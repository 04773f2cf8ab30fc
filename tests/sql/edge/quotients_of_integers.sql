-- Integers divide as doubles.
SELECT id / 2 AS a, 7 / 2 AS b, 6 / 3 AS c FROM {people}
