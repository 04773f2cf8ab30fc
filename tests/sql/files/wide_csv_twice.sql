-- Both sides are larger than any buffer.
SELECT COUNT(*) AS n FROM 'variants/wide.csv' AS a JOIN 'variants/wide.csv' AS b ON a.id = b.id WHERE a.bucket = 3
