"""Random queries over random small tables, asked of Polaroid and of DuckDB.

    tables.py        random tables: every type, nulls, duplicates, no rows at all
    tree.py          a query as a tree that prints as SQL
    functions.txt    the functions and operators, with the kinds of their arguments
    expressions.py   random expressions whose kind is known, so that most queries are valid
    queries.py       random SELECTs around them
    outcome.py       asks both engines; says what came of it
    kept.toml        differences and refusals that stay, each with its reason and an example
    shrink.py        makes a query smaller while its outcome stays the same
    __main__.py      the command for long runs
"""
