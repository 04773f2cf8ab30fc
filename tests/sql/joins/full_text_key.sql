SELECT p.id, c.country FROM {people} AS p FULL JOIN {cities} AS c ON p.city = c.city
