-- A column with nulls, and counts of every kind.
SELECT id, repeat(v, 2) AS a, repeat(w, id - 3) AS b, lpad(w, 6, 'ab') AS c, rpad(w, 5, v || '.') AS d FROM {words}
