SELECT DISTINCT city, active FROM {people} WHERE age > 50
