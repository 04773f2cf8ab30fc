-- types: any
-- formats: parquet
SELECT id, instr(w, 'p') AS a, position('p' in w) AS b, strpos(w, '') AS c, instr(w, v) AS d, prefix(w, 'a') AS e, suffix(w, 'e') AS f, strlen(w) AS g, strpos(w, '語') AS h, instr(w, 'ö') AS i
FROM {words}
