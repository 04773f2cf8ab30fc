-- Windows in names.
SELECT id, row_number() OVER (PARTITION BY city ORDER BY id DESC), sum(age) OVER w FROM {people} WINDOW w AS (PARTITION BY city)
