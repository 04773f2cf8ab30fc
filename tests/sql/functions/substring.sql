-- formats: parquet
SELECT id, substr(w, -2) AS a, substring(w, -3, 2) AS b, substr(w, 2, 3) AS c, substr(w, 0, 2) AS d, substring(w, -7, 4) AS e,
       substring(w, -100) AS f
FROM {words}
