-- IS TRUE is never null.
SELECT id, active IS TRUE AS a, active IS NOT TRUE AS b, active IS FALSE AS c, active IS NOT FALSE AS d, active IS UNKNOWN AS e FROM {people}
