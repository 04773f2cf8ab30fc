-- Aliases of aggregates in HAVING and later items.
SELECT city, count(*) AS n, n * 2 AS twice FROM {people} GROUP BY city HAVING n > 1 ORDER BY n DESC, city
