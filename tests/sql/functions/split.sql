-- formats: parquet
SELECT id, string_split(w, 'p') AS a, str_split(w, ' ') AS b, split_part(w, 'p', -1) AS c FROM {words}
