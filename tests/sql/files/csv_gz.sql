-- types: any
SELECT COUNT(*) AS n, SUM(age) AS ages FROM 'variants/people.csv.gz'
