"""No SQL reaches a file outside the data roots, whatever the form in which it names it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

import problems
from client import Client

pytestmark = pytest.mark.usefixtures("alive")

OUTSIDE = [
    "../outside/secret.parquet",
    "parquet/../../outside/secret.parquet",
    "./../outside/secret.parquet",
    "/outside/secret.parquet",
    "/etc/passwd",
    "//etc/passwd",
    "/data/../outside/secret.parquet",
    "/data/parquet/people.parquet",
    "file:///etc/passwd",
    "file://localhost/data/people.parquet",
    "http://127.0.0.1:9/people.parquet",
    "https://example.com/people.parquet",
    "s3://bucket/people.parquet",
    "az://container/people.parquet",
    "gs://bucket/people.parquet",
    "hf://datasets/a/b.parquet",
    "bad/link_out.parquet",
    "bad/link_up.csv",
    "bad/dir_out/secret.parquet",
    "../outside/*.parquet",
    "../**/*.parquet",
    "bad/dir_out/*.parquet",
    "/**/*.parquet",
]

FORMS = {
    "from": "SELECT * FROM '{}'",
    "from_double_quotes": 'SELECT * FROM "{}"',
    "read_parquet": "SELECT * FROM read_parquet('{}')",
    "read_csv": "SELECT * FROM read_csv('{}')",
    "read_ndjson": "SELECT * FROM read_ndjson('{}')",
    "read_json": "SELECT * FROM read_json('{}')",
    "read_ipc": "SELECT * FROM read_ipc('{}')",
    "upper_case": "SELECT * FROM READ_PARQUET('{}')",
    "alias": "SELECT t.* FROM read_parquet('{}') AS t",
    "join": "SELECT * FROM people AS p JOIN '{}' AS s ON p.id = s.id",
    "left_join_function": "SELECT * FROM people AS p LEFT JOIN read_csv('{}') AS s ON p.id = s.id",
    "comma": "SELECT * FROM people AS p, '{}' AS s",
    "nested_join": "SELECT * FROM (people AS p CROSS JOIN '{}' AS s)",
    "derived": "SELECT * FROM (SELECT * FROM '{}') AS t",
    "cte": "WITH c AS (SELECT * FROM '{}') SELECT * FROM c",
    "cte_not_used": "WITH c AS (SELECT * FROM '{}') SELECT 1 AS one",
    "in": "SELECT id FROM people WHERE name IN (SELECT secret FROM '{}')",
    "exists": "SELECT id FROM people WHERE EXISTS (SELECT 1 FROM read_csv('{}'))",
    "not_exists": "SELECT id FROM people AS p WHERE NOT EXISTS (SELECT 1 FROM '{}' AS s WHERE s.id = p.id)",
    "scalar": "SELECT (SELECT MAX(secret) FROM read_csv('{}')) AS x",
    "case": "SELECT CASE WHEN id > 1 THEN (SELECT MAX(secret) FROM '{}') END AS x FROM people",
    "having": "SELECT id FROM people GROUP BY id HAVING COUNT(*) > (SELECT COUNT(*) FROM '{}')",
    "order_by": "SELECT id FROM people ORDER BY (SELECT MAX(secret) FROM '{}')",
    "join_condition": "SELECT a.id FROM people AS a JOIN people AS b ON a.id = b.id AND a.id IN (SELECT id FROM '{}')",
    "union": "SELECT id FROM people UNION ALL SELECT secret FROM '{}'",
    "except": "SELECT id FROM people EXCEPT SELECT secret FROM '{}'",
    "table": "TABLE '{}'",
    "explain": "EXPLAIN SELECT * FROM '{}'",
    "any": "SELECT id FROM people WHERE id = ANY (SELECT secret FROM '{}')",
    "function_argument": "SELECT COALESCE((SELECT MAX(secret) FROM '{}'), 1) AS x",
    "values": "SELECT * FROM (VALUES ((SELECT MAX(secret) FROM '{}'))) AS v(x)",
    "limit": "SELECT id FROM people LIMIT (SELECT MAX(secret) FROM '{}')",
    "window": "SELECT SUM(id) OVER (ORDER BY (SELECT MAX(secret) FROM '{}')) AS x FROM people",
    "deep": "SELECT * FROM (SELECT * FROM (WITH c AS (SELECT * FROM read_parquet('{}')) SELECT * FROM c) AS a) AS b",
}


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("form", ["from", "read_parquet", "from_double_quotes"])
def test_every_path(server: Client, path: str, form: str):
    answer = server.post({"sql": FORMS[form].format(path)})
    problems.check(answer, "path_not_allowed")
    keeps_the_secret(answer.body)


@pytest.mark.parametrize("form", FORMS)
def test_every_form(server: Client, form: str):
    """Forms that the engine does not have may be refused for that, but never run."""
    for path in ("../outside/secret.csv", "/etc/passwd", "http://127.0.0.1:9/secret.csv"):
        answer = server.post({"sql": FORMS[form].format(path)})
        assert answer.status != 200, answer.body[:300]
        code = answer.json()["code"]
        assert code == "path_not_allowed" or form in ("table", "explain", "limit", "any", "values"), answer.body
        problems.check(answer, code)
        keeps_the_secret(answer.body)


@pytest.mark.parametrize("path", ["%2e%2e/outside/secret.parquet", "..%2Foutside%2Fsecret.parquet",
                                  "..\\outside\\secret.parquet", "~/secret.parquet", "x\u0000.parquet", "people.parquet\u0000.csv",
                                  "", " ", ".", "..", "/", "bad/dir_out", "bad/dir_out/", "a" * 10_000 + ".parquet"])
def test_odd_names(server: Client, path: str):
    """Names that mean nothing here: no file, or not allowed."""
    answer = server.post({"sql": f"SELECT * FROM '{path}'"})
    assert answer.status in (400, 403, 404), answer.body[:300]
    problems.check(answer, answer.json()["code"])


@pytest.mark.parametrize("glob", ["bad/dir*/secret.parquet", "**/secret.parquet", "bad/**/secret.csv"])
def test_globs_do_not_follow_links_out(server: Client, glob: str):
    answer = server.post({"sql": f"SELECT * FROM '{glob}'"})
    assert answer.status in (403, 404), answer.body[:300]
    problems.check(answer, answer.json()["code"])


def test_tables_are_inside(server: Client):
    """Links at the top of a root that leave it are no tables, and no plain name reaches through them."""
    assert not {name for name in tables(server) if "out" in name}
    for name in ("plain_out", "plain_folder_out", "odd.plain_out", "odd.plain_folder_out"):
        problems.check(server.post({"sql": f"SELECT * FROM {name}"}), "unknown_table")


def tables(server: Client) -> list[str]:
    return [table["name"] for table in server.get("/tables").json()["tables"]]


# --- links --------------------------------------------------------------------------------------

WAYS = ["FROM '{}/'", "FROM {}", "FROM '{}/**'", "FROM '{}/**/*.parquet'", "FROM read_parquet('{}/**/*.parquet')"]
"""A folder of parts, and globs that go through all of it."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("folder, code, link", [
    ("cycle", "path_not_allowed", "cycle/again"),
    ("cycle_of_files", "invalid_file", "cycle_of_files/one.parquet"),
    ("file_out", "path_not_allowed", "file_out/out.parquet"),
    ("folder_out", "path_not_allowed", "folder_out/out"),
])
def test_a_link_beside_good_files_is_named(server: Client, folder: str, code: str, link: str, way: str):
    """Left out, it would make an answer from half of the data; followed, one from data that is not there for it."""
    answer = server.post({"sql": f"SELECT * {way.format(folder)}"})
    assert link in problems.check(answer, code)["detail"]
    keeps_the_secret(answer.body)


@pytest.mark.parametrize("glob, code", [
    ("cycle_of_files/*.parquet", "invalid_file"),
    ("cycle_of_files/o*.parquet", "invalid_file"),
    ("file_out/*.parquet", "path_not_allowed"),
    ("file_out/[go]*.parquet", "path_not_allowed"),
    ("folder_out/*/*.parquet", "path_not_allowed"),
    ("f*_out/*.parquet", "path_not_allowed"),
    ("cycle/**/again/*.parquet", "path_not_allowed"),
])
def test_a_link_that_a_glob_fits_is_an_error(server: Client, glob: str, code: str):
    for table in (f"'{glob}'", f"read_parquet('{glob}')", f"read_parquet('{glob}', hive_partitioning => false)"):
        answer = server.post({"sql": f"SELECT * FROM {table}"})
        problems.check(answer, code)
        keeps_the_secret(answer.body)


@pytest.mark.parametrize("path", ["cycle/good.parquet", "cycle/*.parquet", "cycle/again/again/good.parquet",
                                  "file_out/good.parquet", "file_out/g*.parquet", "folder_out/*.parquet"])
def test_what_no_bad_link_is_part_of_can_be_read(server: Client, path: str):
    assert len(server.rows(f"SELECT * FROM '{path}'")) == 2


# --- hidden files, odd names --------------------------------------------------------------------


@pytest.mark.parametrize("table", ["hidden", "odd.hidden", "'hidden/'", "'hidden/**'", "'hidden/**/*.parquet'",
                                   "read_parquet('hidden/**/*.parquet')"])
def test_hidden_files_and_folders_are_not_read(server: Client, table: str):
    assert server.rows(f"SELECT n FROM {table} ORDER BY n") == [{"n": 1}, {"n": 2}]


def test_hidden_files_are_not_listed(server: Client):
    files = [file["path"] for file in server.get("/tables/hidden").json()["files"]]
    assert files == ["hidden/first.parquet", "hidden/sub/second.parquet"]


def test_a_hidden_file_can_be_named(server: Client):
    assert server.rows("SELECT n FROM 'hidden/_file.parquet'") == [{"n": 6}]
    assert server.rows("SELECT n FROM 'hidden/.folder/*.parquet'") == [{"n": 3}]


NUMBERS = {"a[1]": 0, "a1": 1, "b?": 2, "bx": 3, "c*": 4, "cxx": 5}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_plain_name_is_no_glob(server: Client, name: str):
    assert server.rows(f'SELECT n FROM "{name}"') == [{"n": NUMBERS[name]}]
    assert server.rows(f'SELECT n FROM odd."{name}"') == [{"n": NUMBERS[name]}]
    assert name in tables(server)
    files = server.get(f"/tables/{quote(name, safe='')}").json()["files"]
    assert [file["path"].rsplit(".", 1)[0] for file in files] == [name]


@pytest.mark.parametrize("path, n", [("names/a[[]1].parquet", 0), ("names/b[?].csv", 2), ("names/c[*].csv", 4)])
def test_brackets_name_a_file_like_a_glob(server: Client, path: str, n: int):
    """With options as well: there the engine takes globs, and must get the file's name."""
    assert server.rows(f"SELECT n FROM '{path}'") == [{"n": n}]
    if path.endswith("csv"):
        assert server.rows(f"SELECT n FROM read_csv('{path}', has_header => true)") == [{"n": n}]


@pytest.mark.parametrize("table", ["'names/a[1].parquet'", '"names/a[1].parquet"',
                                   "read_parquet('names/a[1].parquet')"])
def test_a_file_with_just_this_name_is_not_another_one(server: Client, table: str):
    """As a glob the text fits `a1.parquet` and not the file that is called so."""
    answer = server.sql(f"SELECT n FROM {table}")
    if answer.status == 200:
        assert answer.json()["data"] == [{"n": 0}]
    else:
        problems.check(answer, answer.json()["code"])


@pytest.mark.parametrize("path, numbers", [("names/b?.csv", [2, 3]), ("names/c*.csv", [4, 5])])
def test_a_glob_takes_the_file_of_its_name_too(server: Client, path: str, numbers: list[int]):
    assert [row["n"] for row in server.rows(f"SELECT n FROM '{path}' ORDER BY n")] == numbers


def keeps_the_secret(body: bytes) -> None:
    assert b"Atlantis" not in body and b"root:" not in body and b'"42"' not in body
