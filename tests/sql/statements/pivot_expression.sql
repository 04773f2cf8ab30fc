-- Of an expression: of pairs, those that occur.
PIVOT (SELECT *, qty % 2 AS odd FROM {purchases}) ON item || '_' || (qty % 3) USING sum(qty) GROUP BY odd
