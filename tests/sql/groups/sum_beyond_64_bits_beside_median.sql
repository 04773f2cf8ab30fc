SELECT g, SUM(leaves) AS s, MEDIAN(id) AS middle FROM {large} GROUP BY g
