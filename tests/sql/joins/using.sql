SELECT id, city, country FROM {people} AS p JOIN {cities} AS c USING (city)
