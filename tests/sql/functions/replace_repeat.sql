-- formats: parquet
SELECT id, replace(w, '', 'X') AS a, replace(w, 'p', v) AS b, repeat(w, 3) AS c, repeat(w, id - 4) AS d, repeat('-', id) AS e FROM {words}
