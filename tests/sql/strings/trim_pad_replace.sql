SELECT id, TRIM(w) AS trimmed, LPAD(v, 3, '*') AS padded, REPLACE(w, 'p', 'qq') AS swapped FROM {words}
