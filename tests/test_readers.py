"""Table functions over files: their errors, what they may not reach, and what DuckDB cannot say for us."""

from __future__ import annotations

import pytest

import problems
from client import Client

pytestmark = pytest.mark.usefixtures("alive")

CALLS = {
    "an unknown option": ("read_csv('readers/mixed.csv', bogus = 1)", "unsupported_sql", ["no option bogus", "delim", "nullstr"]),
    "an option of another format": ("read_parquet('people.parquet', delim = ';')", "unsupported_sql", ["delim", "union_by_name"]),
    "a text for a flag": ("read_csv('readers/mixed.csv', header = 'maybe')", "invalid_sql", ["header", "true or false", "'maybe'"]),
    "two bytes for one": ("read_csv('readers/mixed.csv', delim = ';;')", "invalid_sql", ["delim", "one ASCII character"]),
    "an option twice": ("read_csv('readers/mixed.csv', header = true, header = true)", "invalid_sql", ["given twice"]),
    "two names for one option": ("read_csv('readers/mixed.csv', delim = ',', sep = ',')", "invalid_sql", ["sep", "delim"]),
    "an expression": ("read_csv('readers/mixed.csv', skip = 1 + 1)", "invalid_sql", ["skip", "1 + 1"]),
    "a second argument without a name": ("read_csv('readers/mixed.csv', true)", "invalid_sql", ["by name"]),
    "a number of rows": ("read_csv('readers/mixed.csv', n_rows => 5)", "unsupported_sql", ["n_rows", "LIMIT"]),
    "no path": ("read_csv()", "invalid_sql", ["path"]),
    "no such type": ("read_csv('readers/mixed.csv', types = {'id': 'NUMBER'})", "invalid_sql", ["NUMBER"]),
    "a nested type": ("read_csv('readers/mixed.csv', types = {'id': 'INTEGER[]'})", "unsupported_sql", ["lists"]),
    "a column that is not there": ("read_csv('readers/mixed.csv', types = {'nope': 'DATE'})", "unknown_column", ["nope", '"flag"']),
    "too few columns": ("read_csv('readers/mixed.csv', columns = {'a': 'VARCHAR'})", "invalid_sql", ["1 columns", "has 3", '"name"']),
    "too many names": ("read_csv('readers/mixed.csv', names = ['a', 'b', 'c', 'd'])", "invalid_sql", ["4 names", "3 columns"]),
    "columns and names": ("read_csv('readers/mixed.csv', columns = {'a': 'DATE'}, names = ['a'])", "invalid_sql", ["names", "columns"]),
    "a format with an unknown code": ("read_csv('readers/dates.csv', dateformat = '%Q')", "invalid_sql", ["%Q", "%Y"]),
    "another escape": ("read_csv('readers/mixed.csv', escape = '\\')", "unsupported_sql", ["twice"]),
    "another encoding": ("read_csv('readers/mixed.csv', encoding = 'latin-1')", "unsupported_sql", ["UTF-8"]),
    "no padding": ("read_csv('readers/short.csv', null_padding = false)", "unsupported_sql", ["null_padding", "NULL"]),
    "a buffer": ("read_csv('readers/mixed.csv', buffer_size = 1000)", "unsupported_sql", ["buffer_size"]),
    "no detection": ("read_csv('readers/mixed.csv', auto_detect = false)", "invalid_sql", ["columns"]),
    "a filename that is a column": ("read_csv('readers/mixed.csv', filename = 'id', types = {'id': 'VARCHAR'})", "duplicate_column", ["id", "another name"]),
    "a folder that is not there": ("read_parquet('readers/part/**/*.parquet', hive_types = {'zz': 'DATE'})", "unknown_column", ["zz"]),
    "a folder of another type": ("read_parquet('readers/part/**/*.parquet', hive_types = {'m': 'DATE'})", "type_error", ["m=01", "DATE"]),
    "files of other columns": ("read_csv('readers/union/*.csv', types = {'b': 'VARCHAR'})", "invalid_file", ["union_by_name"]),
    "an array of numbers": ("read_json('readers/notarray.json')", "invalid_file", ["no JSON array of objects"]),
    "an array without an end": ("'readers/cut.json'", "invalid_file", ["no end"]),
    "an array of nothing": ("'readers/empty.json'", "invalid_file", ["no objects", "columns"]),
    "an object that is no array": ("read_json('readers/typed.ndjson', format = 'array')", "invalid_file", ["not ["]),
    "a format of JSON": ("read_json('readers/array.json', format = 'unstructured')", "invalid_sql", ["'newline_delimited'"]),
    "an option for glob": ("glob('*.csv', header = true)", "unsupported_sql", ["glob"]),
    "an unknown function": ("read_xml('a.xml')", "unsupported_sql", ["read_csv", "glob"]),
}


@pytest.mark.parametrize("what", CALLS)
def test_calls_that_are_wrong(server: Client, what: str):
    call, code, texts = CALLS[what]
    detail = problems.check(server.post({"sql": f"SELECT * FROM {call}"}), code)["detail"]
    assert all(text in detail for text in texts), detail


@pytest.mark.parametrize("type, value", [("INTEGER", "x"), ("TINYINT", "x"), ("DATE", "x"), ("DECIMAL(3,1)", "x")])
def test_a_value_that_does_not_fit_is_named(server: Client, type: str, value: str):
    answer = server.post({"sql": f"SELECT * FROM read_csv('readers/mixed.csv', columns = {{'k': '{type}', 'name': 'VARCHAR', 'flag': 'VARCHAR'}})"})
    detail = problems.check(answer, "invalid_file")["detail"]
    # a date is no date from the first row on
    assert '"k"' in detail and (f"'{value}'" in detail or "'1'" in detail), detail
    assert type in detail and "ignore_errors" in detail, detail


def test_a_column_that_is_not_asked_for_is_not_converted(server: Client):
    """As in DuckDB; but rows are left out whatever is asked for, where DuckDB looks at those columns only."""
    call = "read_csv('readers/mixed.csv', types = {'id': 'INTEGER'}"
    assert len(server.rows(f"SELECT name FROM {call})")) == 4
    assert len(server.rows(f"SELECT name FROM {call}, ignore_errors = true)")) == 3
    assert server.rows(f"SELECT count(*) AS n FROM {call}, ignore_errors = true)") == [{"n": 3}]


@pytest.mark.parametrize("options", [
    "separator => ',', has_header => true, quote_char => '\"', comment_prefix => NULL",
    "schema => {'id': 'VARCHAR', 'name': 'VARCHAR', 'flag': 'VARCHAR'}",
    "schema => {'name': 'VARCHAR', 'id': 'VARCHAR'}, extra_columns => 'ignore'",
    "schema_overrides => {'flag': 'VARCHAR'}, null_values => ['', 'x']",
    "infer_schema => false, skip_rows => 0, skip_rows_after_header => 0, skip_lines => 0",
    "infer_schema_length => 100, infer_schema_files => 1, try_parse_dates => false",
    "new_columns => ['id', 'name', 'flag'], truncate_ragged_lines => true, encoding => 'utf8-lossy'",
    "decimal_comma => false, missing_columns => 'insert', include_file_paths => 'path'",
])
def test_options_of_polars(server: Client, options: str):
    """The names that polars-sql has for options go on working."""
    names = server.rows(f"SELECT name FROM read_csv('readers/mixed.csv', {options})")
    assert [row["name"] for row in names] == ["one", "two", None, "four"]


def test_options_of_polars_for_other_formats(server: Client):
    rows = server.rows("SELECT a, p FROM read_parquet('readers/union/1.parquet', include_file_paths => 'p', missing_columns => 'insert')")
    assert rows == [{"a": 7, "p": "readers/union/1.parquet"}]
    rows = server.rows("SELECT a, m FROM read_parquet('readers/part/**/*.parquet', hive_schema => {'year': 'VARCHAR', 'm': 'BIGINT'}) WHERE year = '2025'")
    assert rows == [{"a": 3, "m": 2}]
    rows = server.rows("SELECT a FROM read_ndjson('readers/misfit.ndjson', schema => {'a': 'VARCHAR'}, infer_schema_length => 10)")
    assert rows == [{"a": "1"}, {"a": "y"}]


def test_an_empty_array(server: Client):
    assert server.rows("SELECT count(*) AS n FROM read_json('readers/empty.json', columns = {'a': 'INTEGER'})") == [{"n": 0}]


def test_a_long_array_has_its_first_and_last_object(server: Client):
    rows = server.rows("SELECT min(n) AS a, max(n) AS b FROM 'readers/long.json'")
    assert rows == [{"a": 0, "b": 19_999}]


def test_a_call_is_described(server: Client):
    rows = server.rows("DESCRIBE SELECT * FROM read_csv('readers/mixed.csv', types = {'id': 'SMALLINT'}, filename = true)")
    assert [(row["column_name"], row["column_type"]) for row in rows] == [
        ("id", "SMALLINT"), ("name", "VARCHAR"), ("flag", "VARCHAR"), ("filename", "VARCHAR")]


# --- paths --------------------------------------------------------------------------------------

OUTSIDE = ["../outside/secret.csv", "/etc/passwd", "/outside/secret.csv", "file:///etc/passwd", "http://127.0.0.1:9/x.csv",
           "bad/link_up.csv", "readers/../../outside/secret.csv", "../outside/*.csv", "~/x.csv"]
FUNCTIONS = ["read_csv('{}', header = true)", "read_csv(['readers/mixed.csv', '{}'], union_by_name = true)",
             "read_csv_auto('{}', filename = true)", "read_json('{}', format = 'array')", "read_json_auto('{}')",
             "read_ndjson(['{}'], filename = true)", "parquet_scan('{}', union_by_name = true)",
             "read_parquet(['people.parquet', '{}'])", "read_arrow('{}', filename = true)", "read_ipc('{}')", "glob('{}')"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_outside_is_reached(server: Client, function: str):
    for path in OUTSIDE:
        answer = server.post({"sql": f"SELECT * FROM {function.format(path)}"})
        if path.startswith("~"):
            assert answer.status == 404 or answer.json()["data"] == [], answer.body[:300]
            continue
        problems.check(answer, "path_not_allowed")
        assert b"Atlantis" not in answer.body and b"root:" not in answer.body


@pytest.mark.parametrize("option", ["filename = '../x'", "names = ['../../etc/passwd']", "nullstr = '/etc/passwd'",
                                    "comment = '/etc/passwd'"])
def test_options_name_no_files(server: Client, option: str):
    """A path in an option is a text and nothing else."""
    answer = server.post({"sql": f"SELECT * FROM read_csv('readers/mixed.csv', {option})"})
    assert answer.status == 200, answer.body[:300]
    assert b"root:" not in answer.body


def test_glob_does_not_list_what_is_outside(server: Client):
    names = [row["file"] for row in server.rows("SELECT file FROM glob('readers/union/*')")]
    assert names == [f"readers/union/{n}.{ext}" for n in (1, 2, 3) for ext in ("arrow", "csv", "parquet")]
    for pattern in ("bad/dir*/secret.parquet", "**/secret.parquet"):
        answer = server.post({"sql": f"SELECT * FROM glob('{pattern}')"})
        assert answer.status == 403 or answer.json()["data"] == [], answer.body[:300]
        assert b"Atlantis" not in answer.body


def test_file_names_are_relative_in_every_root(server: Client):
    rows = server.rows("SELECT DISTINCT filename FROM read_parquet(['region.parquet', 'people.parquet'], filename = true, union_by_name = true)")
    assert sorted(row["filename"] for row in rows) == ["people.parquet", "region.parquet"]
    rows = server.rows("SELECT n, filename FROM read_csv('names/b[?].csv', filename = true)")
    assert rows == [{"n": 2, "filename": "names/b?.csv"}]
