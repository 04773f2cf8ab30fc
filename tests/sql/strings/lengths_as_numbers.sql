-- Differences of lengths are negative as well.
SELECT id, LENGTH(w) - 3 AS d, -LENGTH(w) AS n, LENGTH(w) - LENGTH(v) AS more, LENGTH(w) * 100 AS h FROM {words}
WHERE LENGTH(w) - LENGTH(v) > -10
