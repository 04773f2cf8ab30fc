-- types: any
SELECT id, name, age FROM {nobody}
