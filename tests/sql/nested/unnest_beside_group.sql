SELECT city, COUNT(*) AS n, UNNEST(LIST(id ORDER BY id)) AS id FROM {people} GROUP BY city HAVING COUNT(*) > 30
