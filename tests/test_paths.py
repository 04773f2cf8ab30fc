"""No SQL reaches a file outside the data roots, whatever the form in which it names it."""

from __future__ import annotations

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
    body = server.get("/tables").body
    assert b"secret" not in body and b"dir_out" not in body


def keeps_the_secret(body: bytes) -> None:
    assert b"Atlantis" not in body and b"root:" not in body and b'"42"' not in body
