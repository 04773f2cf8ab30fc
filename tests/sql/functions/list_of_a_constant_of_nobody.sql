SELECT list(1 ORDER BY id) AS a, first('x' ORDER BY id) AS b FROM {nobody}
