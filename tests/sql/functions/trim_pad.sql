-- formats: parquet
SELECT id, trim(w, 'ae') AS a, trim(leading 'a' from w) AS b, trim(trailing 'e' from w) AS c, lpad(w, 8, '*') AS d, rpad(w, 3, '*') AS e FROM {words}
