SELECT city FROM {people} INTERSECT SELECT city FROM {cities}
