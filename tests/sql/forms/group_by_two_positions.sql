SELECT city AS c, active AS a, concat(city, '-', count(*)) AS t FROM {people} GROUP BY 1, 2
