SUMMARIZE SELECT id, name, height FROM {people} WHERE id < 0
