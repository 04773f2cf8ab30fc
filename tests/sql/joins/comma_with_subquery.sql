SELECT p.id, big.country FROM {people} AS p, (SELECT * FROM {cities} WHERE population > 5000000) AS big WHERE big.city = p.city
