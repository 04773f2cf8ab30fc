-- The same without a call.
SELECT sum(a) AS a, max(b) AS b FROM 'readers/array.json'
