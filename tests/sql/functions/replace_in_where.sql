SELECT id FROM {words} WHERE replace(w, 'a', v) IS NULL
