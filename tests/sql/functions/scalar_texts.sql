-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT id, translate(w, 'ap', 'x') AS a, strip_accents(w) AS b, contains(w, 'p') AS c, len(w) AS d, chr(CAST(id + 200 AS INT)) AS e, format('{}-{:05d}', w, id) AS f
FROM {words}
