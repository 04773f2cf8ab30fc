-- UNION leaves out the rows that were there: a walk over a graph with cycles ends.
WITH RECURSIVE reached(node) AS (
  SELECT 1
  UNION
  SELECT (p.user_id * 7 + p.id) % 97 FROM {events} AS p JOIN reached AS r ON p.user_id = r.node WHERE p.id < 300
)
SELECT node FROM reached
