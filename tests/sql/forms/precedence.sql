-- Operators of DuckDB, by their precedence.
SELECT id, 2 * id ** 2 AS a, -id ^ 2 AS b, 'x' || id + 1 AS c, name LIKE 'A%' = true AS d FROM {people}
