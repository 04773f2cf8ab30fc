-- A slice of a field of a struct, and of a qualified column in a join.
SELECT a.id, a.address['street'][1:4] AS s, a.tags[2:] AS t FROM {nested} AS a JOIN {nested} AS b ON a.id = b.id
