-- Each pair of values.
PIVOT {purchases} ON item, paid USING count(*) GROUP BY qty
