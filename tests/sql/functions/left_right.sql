SELECT id, right(w, 2) AS a, right(w, 0) AS b, left(w, 0) AS c, right(w, 6) AS d, left(w, -2) AS e, right(w, -2) AS f,
       left(w, id) AS g, right(w, id - 5) AS h
FROM {words}
