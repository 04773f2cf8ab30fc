SELECT id, GREATEST(qty, 5) AS at_least, LEAST(qty, 5) AS at_most FROM {purchases}
