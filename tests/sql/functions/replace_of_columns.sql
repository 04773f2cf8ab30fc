SELECT id, replace(w, v, '-') AS a, replace(w, 'a', v) AS b, replace('xyz', v, w) AS c FROM {words}
