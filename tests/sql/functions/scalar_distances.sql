-- Needs scalar functions of ours.
-- approx
-- types: any
-- formats: parquet
SELECT id, levenshtein(w, 'apple') AS a, damerau_levenshtein(w, 'aplpe') AS b, jaro_similarity(w, 'apple') AS c, jaro_winkler_similarity(w, 'apple') AS d
FROM {words}
