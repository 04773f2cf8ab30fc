-- The condition of one side stays where it is: the other side keeps its rows.
SELECT a.id, c.country FROM {people} AS a SEMI JOIN {purchases} AS b ON a.id = b.person_id AND a.age > 30
RIGHT JOIN {cities} AS c ON c.city = a.city
