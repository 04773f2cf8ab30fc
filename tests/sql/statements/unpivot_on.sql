UNPIVOT (SELECT id, qty, person_id FROM {purchases}) ON qty, person_id INTO NAME field VALUE number
