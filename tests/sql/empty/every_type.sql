SELECT * EXCLUDE (dur) FROM {alltypes} WHERE id > 1000
