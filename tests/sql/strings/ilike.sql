SELECT id, w FROM {words} WHERE w ILIKE 'APP%'
