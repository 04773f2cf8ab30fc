SELECT "id" AS "The Id", "name" AS "näme" FROM {people} WHERE "age" > 80
