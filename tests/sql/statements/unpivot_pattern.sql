UNPIVOT {people} ON COLUMNS('^(age|boss_id)$') INTO NAME field VALUE number
