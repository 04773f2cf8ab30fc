-- formats: parquet
SELECT id, list_bit_and(scores) AS a, list_bit_or(scores) AS b, list_bit_xor(scores) AS c, list_bool_and(list_transform(scores, x -> x > 1)) AS d, list_bool_or(list_transform(scores, x -> x > 1)) AS e FROM {nested}
