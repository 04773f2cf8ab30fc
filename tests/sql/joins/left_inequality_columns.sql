-- The columns that are asked for, and no column of the condition.
SELECT a.name, b.item FROM {people} AS a LEFT JOIN {purchases} AS b ON a.id > b.person_id + 150
