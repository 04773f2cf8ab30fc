SELECT p.id, n.name AS nobody FROM {people} AS p LEFT JOIN {nobody} AS n ON p.name = n.name
