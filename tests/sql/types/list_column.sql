SELECT id, li FROM {alltypes} WHERE id < 8
