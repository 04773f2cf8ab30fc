SELECT id FROM {words} WHERE w ILIKE '%' || v || '%'
