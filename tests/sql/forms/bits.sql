-- Shifts and complements.
SELECT id, id << 2 AS a, id >> 1 AS b, ~id AS c, -id >> 1 AS d FROM {people}
