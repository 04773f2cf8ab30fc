SELECT id, name, height, active FROM {people} WHERE id < 0
