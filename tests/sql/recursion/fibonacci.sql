-- types: any
WITH RECURSIVE fib(n, a, b) AS (SELECT 1, 0::BIGINT, 1::BIGINT UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 60)
SELECT n, a FROM fib
