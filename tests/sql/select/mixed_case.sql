select P.id AS Id, p.name as NAME from {people} as p Where P.id < 10
