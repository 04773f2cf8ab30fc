PIVOT {purchases} ON item IN ('apple', 'eggs' AS egg, 'none') USING sum(amount) GROUP BY qty ORDER BY qty LIMIT 5
