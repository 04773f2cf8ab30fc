-- The third truth value.
-- types: any
SELECT NULL = NULL AS a, NULL AND false AS b, NULL OR true AS c, NOT NULL AS d, NULL IN (1, 2) AS e, 2 NOT IN (1, NULL) AS f, NULL + 1 AS g
