-- An array of a million bytes.
SELECT count(*) AS n, sum(n) AS s, sum(length(t)) AS l FROM 'readers/long.json'
