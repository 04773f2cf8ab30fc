-- GLOB, of texts in ASCII: DuckDB's ? is a byte.
SELECT id, w GLOB 'a*' AS a, w GLOB '[!b-m]*' AS b, 'a.b' GLOB 'a.?' AS c FROM {words}
