-- Comments in the text are no second statement.
SELECT id -- the key; not a statement
FROM {people} /* all of them; really */ WHERE id < 5;
