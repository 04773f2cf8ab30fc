SELECT v, MIN(w) AS low, MAX(w) AS high FROM {words} GROUP BY v
