-- ordered
SELECT city, STRING_AGG(name, '; ' ORDER BY id) AS names
FROM {people}
WHERE id <= 40
GROUP BY city
ORDER BY city NULLS LAST
