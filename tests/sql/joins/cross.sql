SELECT a.city AS one, b.city AS two FROM {cities} AS a CROSS JOIN {cities} AS b
