SELECT c.* FROM {people} AS p JOIN {cities} AS c ON p.city = c.city WHERE p.id < 50
