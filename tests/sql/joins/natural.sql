SELECT id, city, country FROM {people} NATURAL JOIN {cities}
