-- Casts, aliases, and a condition over the result.
SELECT id, field, v FROM (
  UNPIVOT (SELECT id, age, name FROM {people}) ON age::VARCHAR, name AS called INTO NAME field VALUE v
) WHERE id < 20
