-- Of columns, too.
SELECT id, d9::INT AS a, (id / 4)::INT AS b FROM {alltypes} WHERE abs(d9) < 100
