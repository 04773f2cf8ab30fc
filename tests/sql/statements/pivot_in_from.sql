SELECT odd, apple + bread AS both FROM (PIVOT (SELECT item, qty % 2 AS odd, qty FROM {purchases}) ON item USING sum(qty)) AS p
