SELECT id, w FROM {words} WHERE w LIKE 'a%' OR w LIKE '%ß%' OR w LIKE '_____r_score'
