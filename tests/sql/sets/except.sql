SELECT city FROM {cities} EXCEPT SELECT city FROM {people}
