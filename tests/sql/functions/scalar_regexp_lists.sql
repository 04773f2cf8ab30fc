-- Needs scalar functions of ours.
-- formats: parquet
SELECT id, regexp_extract_all(w, '[aeiou]') AS a, regexp_extract_all(w, '(p)(.)', 2) AS b, regexp_split_to_array(w, 'p+') AS c FROM {words}
