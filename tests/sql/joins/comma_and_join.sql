SELECT a.city AS one, p.id, c.country FROM {cities} AS a, {people} AS p JOIN {cities} AS c ON p.city = c.city WHERE p.id < 50
