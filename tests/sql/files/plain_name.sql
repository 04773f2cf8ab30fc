-- people → people.parquet
SELECT id, name FROM people WHERE id < 20
