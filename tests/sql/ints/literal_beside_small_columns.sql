-- formats: parquet, arrow
-- A literal that does not fit the column's type.
SELECT id, 1000 * (i8 / 100) AS a, 300 + CAST(id AS TINYINT) AS b, CAST(id AS TINYINT) * 1000 AS c, 70000 - CAST(id AS SMALLINT) AS d
FROM {alltypes} WHERE id < 8
