SELECT city FROM {people} UNION SELECT city FROM {cities}
