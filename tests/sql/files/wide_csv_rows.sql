SELECT id, text FROM 'variants/wide.csv' WHERE bucket = 7
