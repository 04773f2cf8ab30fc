SELECT a.city AS smaller, b.city AS larger FROM {cities} AS a JOIN {cities} AS b ON a.population < b.population
