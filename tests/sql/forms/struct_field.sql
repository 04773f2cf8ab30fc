-- Fields of structures, in brackets.
SELECT id, st['x'] AS a, (st).x AS b FROM {alltypes}
