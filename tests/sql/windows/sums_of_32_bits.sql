-- types: any
SELECT id, SUM(big) OVER () AS whole, SUM(big) OVER (ORDER BY id) AS running,
       SUM(big) OVER (ORDER BY id ROWS 2 PRECEDING) AS three
FROM (SELECT id, CAST(2000000000 AS INTEGER) + CAST(0 * id AS INTEGER) AS big FROM {people} WHERE id <= 10)
