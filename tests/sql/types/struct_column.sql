SELECT id, st FROM {alltypes} WHERE id <> 3
