-- Aggregates that are other aggregates inside.
-- types: any
SELECT id, BOOL_AND(paid) OVER (PARTITION BY item ORDER BY id ROWS 2 PRECEDING) AS every,
       COUNT_IF(qty > 4) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS many,
       ARG_MAX(id, amount) OVER (PARTITION BY item ORDER BY id ROWS 6 PRECEDING) AS dearest,
       ANY_VALUE(person_id) OVER (PARTITION BY item ORDER BY id) AS someone,
       PRODUCT(qty) OVER (ORDER BY id ROWS 3 PRECEDING) AS p
FROM {purchases}
