-- An alias in later items.
SELECT id, age * 2 AS twice, twice + 1 AS more, more - twice AS one FROM {people}
