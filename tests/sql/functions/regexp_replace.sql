-- formats: parquet
SELECT id, regexp_replace(w, 'p+', '[\0]') AS a, regexp_replace(w, '(a)(.)', '\2\1', 'g') AS b, regexp_replace(w, '\w', 'x', 'g') AS c,
       regexp_replace(w, '$', '$1') AS d, regexp_replace(w, '^', '>') AS e
FROM {words}
