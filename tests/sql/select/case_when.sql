-- types: any
SELECT id, CASE item WHEN 'apple' THEN 1 WHEN 'bread' THEN 2 ELSE 0 END AS code FROM {purchases}
