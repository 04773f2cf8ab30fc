SELECT COUNT(*) AS n, MAX(id) AS high FROM 'logs/*.csv'
