-- A sum that leaves 64 bits fits a HUGEINT.
SELECT sum(i64::HUGEINT) AS a, sum(i64::HUGEINT * 1000) AS b FROM {alltypes}
