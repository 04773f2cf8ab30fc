WITH long AS (UNPIVOT (SELECT id, qty, person_id FROM {purchases}) ON qty, person_id INTO NAME field VALUE number)
PIVOT long ON field USING sum(number) GROUP BY id
