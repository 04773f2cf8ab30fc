-- An aggregate of each column.
SELECT max(COLUMNS(*)) FROM {cities}
