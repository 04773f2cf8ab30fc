-- ordered
SELECT DISTINCT active, UNNEST(LIST(city)) AS c FROM {people} GROUP BY active ORDER BY active, c LIMIT 9
