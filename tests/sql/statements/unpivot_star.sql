-- Of all columns but one; an integer and a double are doubles.
UNPIVOT (SELECT id, age, height FROM {people}) ON COLUMNS(* EXCLUDE (id)) INTO NAME field VALUE number
