-- A dictionary column filters, groups and sorts as text.
-- ordered
SELECT cat, COUNT(*) AS n, MIN(id) AS first_id
FROM {alltypes}
WHERE cat <> 'blue'
GROUP BY cat
ORDER BY n DESC, first_id
