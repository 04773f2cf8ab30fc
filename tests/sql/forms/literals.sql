-- Literals of strings and numbers.
SELECT E'it\'s' AS a, $$it's$$ AS b, 1_000 AS c
