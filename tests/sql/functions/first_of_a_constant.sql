-- A constant that is gathered in an order, in groups.
SELECT city, first('x' ORDER BY id) AS a, arg_max('é日本', id) AS b, last(1 ORDER BY id DESC) AS c FROM {people} GROUP BY city
