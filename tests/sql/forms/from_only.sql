-- FROM with a filter only.
FROM {cities} WHERE population > 0
