SELECT id, SPLIT_PART(name, ' ', 1) AS first_word, SPLIT_PART(name, ' ', 2) AS second_word FROM {people}
