-- A pattern that is a column.
SELECT id, w LIKE v AS a, w NOT LIKE v || '%' AS b, w ILIKE '%' || v || '%' AS c FROM {words}
