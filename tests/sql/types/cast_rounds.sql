-- Floats to even, decimals away from zero.
SELECT id, CAST(height * 8 AS INTEGER) AS a, CAST(height * 4 AS BIGINT) AS b, CAST(-height * 4 AS SMALLINT) AS c FROM {people}
