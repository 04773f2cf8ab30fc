-- approx
SELECT list_distance([1.0, 2.0], [3.0, 5.0]) AS a, list_dot_product([1.0, 2.0], [3.0, 5.0]) AS b, list_cosine_similarity([1.0, 2.0], [3.0, 5.0]) AS c, list_cosine_distance([1.0, 2.0], [3.0, 5.0]) AS d
