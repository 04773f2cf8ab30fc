"""Saved queries: files queries/NAME.sql in a data root, with typed parameters."""

from __future__ import annotations

import json
import shutil
import urllib.parse
from pathlib import Path

import pytest

import problems
import servers
from client import Answer, Client

FILES = {
    "first": {
        "people_of": "\n-- The people of a city,\n-- by age.\n-- @param city VARCHAR  Where they live\n"
                     "-- @param most BIGINT = 3  How many\n\n"
                     "SELECT name, age FROM people WHERE city = $city ORDER BY age DESC, name LIMIT $most\n",
        "plain": "SELECT 7 AS x",
        "every_type": "-- @param b BOOLEAN = true\n-- @param v TEXT = \"two words\"  A text\n-- @param i INT = 1\n"
                      "-- @param d DECIMAL = 1.50\n-- @param f DOUBLE = 1e3\n-- @param day DATE = 2024-02-29\n"
                      "-- @param at TIMESTAMP = NULL\n-- @param raw BLOB = YQ==\n"
                      "SELECT $b AS b, $v AS v, $i AS i, $d AS d, $f AS f, $day AS day, $at AS at, $raw AS raw",
        "wrong_column": "-- @param a BIGINT\nSELECT $a AS a,\n  nope\nFROM people",
        "bom": "\ufeff-- With a byte order mark\nSELECT 1 AS x",
        "no_type": "-- @param a\nSELECT 1",
        "bad_default": "-- Text\n-- @param a DATE = tomorrow\nSELECT $a",
        "like_an_option": "-- @param format VARCHAR\nSELECT $format",
        "misspelt": "-- @parm a DATE\nSELECT $a",
        "undeclared": "-- @param a BIGINT\nSELECT $a,\n $b",
        "unused": "-- @param a BIGINT = 1\nSELECT 1",
        "positional": "-- @param a BIGINT = 1\nSELECT ?",
        "writes": "-- Of people\nDROP TABLE people",
        "empty": "-- nothing",
        "misspelt_sql": "-- Text\nSELEC 1",
        "two": "SELECT 1;\nSELECT 2",
        "deep": "SELECT " + "(" * 2000 + "1" + ")" * 2000,
        "misspelt_with": "-- @param a BIGINT = 1\nSELEC $a",
        "unsupported": "SELECT 1 AS a\nFROM nothing_of_that_name(1)",
    },
    "second": {"plain": "SELECT 8 AS x", "other-1": "-- Of the second root\nSELECT count(*) AS n FROM second.cities"},
}
INVALID = {"no_type": 1, "bad_default": 2, "like_an_option": 1, "misspelt": 1, "undeclared": 3, "unused": None,
           "positional": 2, "not_utf8": 2, "large": None, "writes": 2, "empty": None, "misspelt_sql": 2, "misspelt_with": 2, "two": 2, "deep": 1,
           "unsupported": 2}
"""Files that are wrong, and the line that says so."""
LISTED = ["bom", "deep", "empty", "every_type", "misspelt_sql", "misspelt_with", "other-1", "people_of", "plain", "positional", "two",
          "undeclared", "unsupported", "unused", "writes", "wrong_column"]
"""Those that can be told without their SQL being read."""


@pytest.fixture(scope="module")
def roots(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("saved")
    roots = {name: home / name for name in FILES}
    for name, files in FILES.items():
        folder = roots[name] / "queries"
        folder.mkdir(parents=True)
        for query, text in files.items():
            (folder / f"{query}.sql").write_text(text, encoding="utf-8")
    folder = roots["first"] / "queries"
    (folder / "not_utf8.sql").write_bytes(b"-- good\nSELECT '\xff'")
    (folder / "large.sql").write_bytes(b"SELECT 1 -- " + b"x" * 65536)
    (folder / "dot.ted.sql").write_text("SELECT 1")
    (folder / "notes.txt").write_text("SELECT 1")
    (folder / "folder.sql").mkdir()
    (roots["first"] / "outside.sql").write_text("SELECT 1 AS outside")
    (home / "secret.sql").write_text("SELECT 42 AS secret")
    (folder / "link_out.sql").symlink_to("../../secret.sql")
    (folder / "link_in.sql").symlink_to("plain.sql")
    shutil.copy(root / "data/people.parquet", roots["first"])
    shutil.copy(root / "data/cities.parquet", roots["second"])
    return roots


@pytest.fixture(scope="module", params=servers.HOSTS)
def saved(request: pytest.FixtureRequest, roots: dict[str, Path]):
    with servers.serve(request.param, roots) as client:
        yield client


def get(server: Client, name: str, **values: str) -> Answer:
    return server.get(f"/queries/{name}?{urllib.parse.urlencode(values)}")


def post(server: Client, name: str, body: object, query: str = "") -> Answer:
    return server.request("POST", f"/queries/{name}{query}", json.dumps(body), {"Content-Type": "application/json"})


OLDEST = "SELECT name, age FROM people WHERE city = $city ORDER BY age DESC, name LIMIT $most"


def oldest(server: Client, city: str, most: int) -> list[dict]:
    return server.post({"sql": OLDEST, "params": {"city": city, "most": most}}).json()["data"]


def test_a_value_in_the_url_and_a_default(saved: Client):
    city = saved.rows("SELECT city FROM people WHERE city IS NOT NULL ORDER BY id LIMIT 1")[0]["city"]
    want = oldest(saved, city, 3)
    assert len(want) == 3
    assert get(saved, "people_of", city=city).json()["data"] == want
    assert get(saved, "people_of", city=city, most="1").json()["data"] == want[:1]
    assert post(saved, "people_of", {"params": {"city": city}}).json()["data"] == want
    assert post(saved, "people_of", {"params": {"most": 2}}, f"?city={urllib.parse.quote(city)}").json()["data"] == want[:2]
    answer = saved.request("POST", f"/queries/people_of?most=2&city={urllib.parse.quote(city)}")
    assert answer.json()["data"] == want[:2]


def test_options_of_every_query(saved: Client):
    answer = get(saved, "people_of", city="x", format="csv", max_rows="1", timeout_ms="60000")
    assert (answer.type, answer.body) == ("text/csv", b"name,age\n")
    answer = post(saved, "plain", {"format": "ndjson"}, "?format=csv")
    assert (answer.type, answer.json()) == ("application/x-ndjson", {"x": 7})
    assert saved.get("/queries/plain", Accept="text/csv").body == b"x\n7\n"
    # as curl -d sends it
    answer = saved.request("POST", "/queries/plain", '{"format": "csv"}', {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.body == b"x\n7\n"


def test_head(saved: Client):
    for path in ("/queries", "/queries/plain"):
        answer = saved.request("HEAD", path)
        assert (answer.status, answer.type, answer.body) == (200, "application/json", b"")


def test_every_type_has_its_values(saved: Client):
    assert get(saved, "every_type").json()["data"] == [
        {"b": True, "v": "two words", "i": 1, "d": 1.5, "f": 1000.0, "day": "2024-02-29", "at": None, "raw": "YQ=="}]
    given = {"b": "false", "v": "null", "i": "-2", "d": "0.25", "f": "NaN", "day": "2025-01-01", "at": "2025-01-01 10:00:00"}
    url = get(saved, "every_type", **given).json()["data"]
    body = post(saved, "every_type", {"params": given | {"b": False, "i": -2, "d": 0.25}}).json()["data"]
    assert url == body
    assert (url[0]["b"], url[0]["v"], url[0]["i"], url[0]["d"], url[0]["f"], url[0]["day"]) == (
        False, "null", -2, 0.25, None, "2025-01-01")
    assert post(saved, "every_type", {"params": {"i": None, "v": None}}).json()["data"][0]["v"] is None


@pytest.mark.parametrize("value", ["'", "' OR 1 = 1 --", "'; DROP TABLE people; --", "$most", "\\", "日本"])
def test_a_value_stays_a_value(saved: Client, value: str):
    assert get(saved, "every_type", v=value).json()["data"][0]["v"] == value
    assert get(saved, "people_of", city=value).json()["data"] == []
    assert post(saved, "people_of", {"params": {"city": value}}).json()["data"] == []


@pytest.mark.parametrize("values, texts", [
    ({}, ["city", "missing", "VARCHAR"]),
    ({"city": "x", "most": "ten"}, ["most", '"ten"', "BIGINT"]),
    ({"city": "x", "most": "1.5"}, ["most", "1.5", "BIGINT"]),
    ({"city": "x", "most": "9223372036854775808"}, ["most", "out of range"]),
    ({"city": "x", "most": "1; DROP TABLE people"}, ["most", "DROP"]),
    ({"city": "x", "mots": "1"}, ["mots", "city, most"]),
    ({"city": "x", "City": "y"}, ["City", "city, most"]),
])
def test_values_that_do_not_fit(saved: Client, values: dict, texts: list[str]):
    for answer in (get(saved, "people_of", **values), post(saved, "people_of", {"params": values})):
        detail = problems.check(answer, "invalid_parameter")["detail"]
        assert all(text in detail for text in texts), detail


@pytest.mark.parametrize("params, text", [
    ({"city": 7}, "city"), ({"city": ["x"]}, "city"), ({"city": {"type": "varchar", "value": "x"}}, "city"),
    ({"city": "x", "most": True}, "most"), (["x"], "object"), ("x", "object"),
])
def test_json_that_does_not_fit(saved: Client, params: object, text: str):
    assert text in problems.check(post(saved, "people_of", {"params": params}), "invalid_parameter")["detail"]


def test_a_parameter_twice(saved: Client):
    for answer in (saved.get("/queries/people_of?city=x&city=y"), post(saved, "people_of", {"params": {"city": "x"}}, "?city=x")):
        assert '"city" is given twice' in problems.check(answer, "invalid_parameter")["detail"]


def test_a_saved_query_takes_no_other_sql(saved: Client):
    for answer in (get(saved, "plain", sql="SELECT 1"), post(saved, "plain", {"sql": "SELECT 1"}),
                   get(saved, "people_of", params='{"city": "x"}')):
        problems.check(answer, "invalid_option")
    problems.check(post(saved, "plain", {"fromat": "csv"}), "invalid_option")
    problems.check(post(saved, "plain", []), "invalid_json")
    problems.check(saved.request("POST", "/queries/plain", "SELECT 1", {"Content-Type": "application/sql"}), "unsupported_media_type")
    problems.check(get(saved, "plain", format="xml"), "unknown_format")


# --- which there are ----------------------------------------------------------------------------


def test_the_list(saved: Client):
    queries = {query["name"]: query for query in saved.get("/queries").json()["queries"]}
    assert list(queries) == sorted([*LISTED, "link_in"])
    assert queries["people_of"] == {
        "name": "people_of", "description": "The people of a city,\nby age.", "parameters": [
            {"name": "city", "type": "VARCHAR", "description": "Where they live"},
            {"name": "most", "type": "BIGINT", "default": 3, "description": "How many"}]}
    assert queries["plain"] == {"name": "plain", "description": "", "parameters": []}
    defaults = {parameter["name"]: (parameter["type"], parameter["default"]) for parameter in queries["every_type"]["parameters"]}
    assert defaults == {"b": ("BOOLEAN", True), "v": ("VARCHAR", "two words"), "i": ("INTEGER", 1), "d": ("DECIMAL", 1.5),
                        "f": ("DOUBLE", 1000.0), "day": ("DATE", "2024-02-29"), "at": ("TIMESTAMP", None), "raw": ("BLOB", "YQ==")}


def test_the_first_root_that_has_it_wins(saved: Client):
    assert get(saved, "plain").json()["data"] == [{"x": 7}]
    assert get(saved, "other-1").json()["data"] == [{"n": 7}]
    assert get(saved, "bom").json()["data"] == [{"x": 1}]
    assert get(saved, "link_in").json()["data"] == [{"x": 7}]


@pytest.mark.parametrize("name", ["nope", "Plain", "plain.sql", "dot.ted", "folder", "notes", "link_out", "..%2Foutside",
                                  "../outside", "%2e%2e%2foutside", "..", "a%00b", "plain%2F", "%2Fqueries%2Fplain"])
def test_unknown_queries(saved: Client, name: str):
    detail = problems.check(saved.get(f"/queries/{name}"), "unknown_query")["detail"]
    assert "saved queries: bad_default, bom, " in detail and "secret" not in detail


def test_none_at_all(server: Client):
    assert server.get("/queries").json() == {"queries": []}
    assert "queries/NAME.sql" in problems.check(server.get("/queries/nope"), "unknown_query")["detail"]


def test_the_folder_is_no_table(saved: Client):
    names = [table["name"] for table in saved.get("/tables").json()["tables"]]
    assert names == ["cities", "people"]


@pytest.mark.parametrize("method, path, allow", [
    ("POST", "/queries", "GET, HEAD, OPTIONS"), ("PUT", "/queries", "GET, HEAD, OPTIONS"),
    ("PUT", "/queries/plain", "GET, HEAD, POST, OPTIONS"), ("DELETE", "/queries/nope", "GET, HEAD, POST, OPTIONS")])
def test_other_methods(saved: Client, method: str, path: str, allow: str):
    answer = saved.request(method, path)
    problems.check(answer, "method_not_allowed")
    assert answer.headers["Allow"] == allow


# --- files that are wrong -----------------------------------------------------------------------


@pytest.mark.parametrize("name", INVALID)
def test_a_file_that_is_not_valid_is_named(saved: Client, name: str):
    """Whatever the request sends: it is not to blame."""
    answer = get(saved, name, **({"a": "1"} if name == "undeclared" else {}))
    problem = problems.check(answer, "invalid_saved_query")
    assert f"queries/{name}.sql" in problem["detail"] and problem.get("line") == INVALID[name]


def test_a_value_that_the_statement_cannot_have_is_the_request_s(saved: Client):
    answer = get(saved, "people_of", city="x", most="-1")
    assert answer.status == 400 and "-1" in answer.json()["detail"]


def test_errors_of_the_sql_have_places_in_the_file(saved: Client):
    problem = problems.check(get(saved, "wrong_column", a="1"), "unknown_column")
    assert (problem["line"], problem["column"]) == (3, 3)


def test_the_log_names_them_where_they_are_asked_for(saved: Client):
    """And not for every client that reads the document of the routes."""
    for path, logged in (("/openapi.json", False), ("/queries", True)):
        answer = saved.get(path)
        assert answer.status == 200
        id = answer.headers["X-Query-Id"]
        told = [line for line in saved.process.log().splitlines() if f"query_id={id} invalid_saved_query: " in line]
        assert bool(told) == logged, path
        if logged:
            assert all(any(f"queries/{name}.sql" in line for line in told) for name in ("no_type", "not_utf8", "large"))
