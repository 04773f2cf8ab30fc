SELECT id, w LIKE (SELECT 'a%') AS a FROM {words}
