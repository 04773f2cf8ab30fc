-- A file without an alias is called by its stem.
SELECT people.id, cities.country FROM {people} JOIN {cities} ON people.city = cities.city
