SELECT id FROM {people} WHERE age IN (SELECT height * 32 FROM {people}) AND id NOT IN (SELECT d18 FROM {alltypes} WHERE d18 IS NOT NULL)
