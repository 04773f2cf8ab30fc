SELECT p.id, c.country FROM {people} AS p, {cities} AS c WHERE p.city = c.city AND c.population > 5000000
