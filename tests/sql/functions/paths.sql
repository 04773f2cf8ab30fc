SELECT parse_dirname(p) AS a, parse_dirpath(p) AS b, parse_filename(p) AS c, parse_path(p) AS d FROM (VALUES ('/a/b/c.txt'), ('x/y'), ('plain'), (NULL)) AS v(p)
