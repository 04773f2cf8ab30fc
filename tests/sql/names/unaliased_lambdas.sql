SELECT list_filter([1, 2], x -> x > 1), list_transform([1], x -> x + 1)
