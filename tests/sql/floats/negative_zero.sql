SELECT id, -x AS a, 1 / -x AS b, 1 / (-(x - x)) AS c, -y AS d FROM {floats}
