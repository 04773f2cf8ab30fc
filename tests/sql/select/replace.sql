SELECT * REPLACE (UPPER(city) AS city) FROM {cities} WHERE population > 1000000
