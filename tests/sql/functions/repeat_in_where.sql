SELECT id FROM {words} WHERE repeat(v, 2) > 'x' OR regexp_matches(repeat(w, 1), '^[a-c]')
