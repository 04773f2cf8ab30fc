SELECT id, STARTS_WITH(w, 'a') AS s, ENDS_WITH(w, 'e') AS e FROM {words}
