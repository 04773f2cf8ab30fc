-- A day that a text format holds as text (or that its reader has already recognised).
SELECT CAST(day AS DATE) AS day, COUNT(*) AS n FROM {purchases} GROUP BY CAST(day AS DATE)
