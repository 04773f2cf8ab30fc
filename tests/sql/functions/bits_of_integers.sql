-- formats: parquet
SELECT id, bit_count(id) AS a, xor(id, 5) AS b, mod(id, 7) AS c, add(id, 1) AS d, subtract(id, 1) AS e, multiply(id, 2) AS f FROM {people}
