SELECT a.city AS one, b.city AS two FROM {cities} AS a, {cities} AS b WHERE a.population < b.population
