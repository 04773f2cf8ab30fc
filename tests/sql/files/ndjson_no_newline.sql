SELECT id, name FROM 'variants/no_newline.ndjson'
