"""/openapi.json says what is done: requests made of it get the answers that it names, and docs/http.md says the same."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import problems
import servers
from client import Client

DOCS = (servers.REPO / "docs/http.md").read_text()
HERE = servers.REPO / "tests"
ORIGIN = "https://app.example.com"
KEY = "polaroid_of_the_document"
KEYS = json.dumps({"name": "document", "sha256": hashlib.sha256(KEY.encode()).hexdigest()})
BEARER = {"Authorization": f"Bearer {KEY}"}
SAVED = {
    "people_of": "-- The people of a city.\n-- @param city VARCHAR\n-- @param most BIGINT = 3  How many\n"
                 "SELECT name FROM people WHERE city = $city ORDER BY name LIMIT $most",
    "every_type": "-- @param b BOOLEAN = true\n-- @param i INTEGER = 1\n-- @param d DECIMAL = 1.50\n"
                  "-- @param f DOUBLE = NaN\n-- @param day DATE = 2024-02-29\n-- @param at TIMESTAMP = NULL\n"
                  "SELECT $b AS b, $i AS i, $d AS d, $f AS f, $day AS day, $at AS at",
    "plain": "SELECT 7 AS x",
}
FROM_HTTP = {"date", "content-length", "content-type", "transfer-encoding", "connection"}
"""Headers of any HTTP answer, which OpenAPI leaves to HTTP."""
ELSEWHERE = {"x-query-fuel", "retry-after"}
"""Those that only a host with much to do, or one that meters, sends."""


@pytest.fixture(scope="module")
def data(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory, with saved queries."""
    data = tmp_path_factory.mktemp("openapi") / "data"
    shutil.copytree(root / "data", data)
    (data / "queries").mkdir()
    for name, sql in SAVED.items():
        (data / "queries" / f"{name}.sql").write_text(sql)
    return data


@pytest.fixture(scope="module", params=servers.HOSTS)
def guarded(request: pytest.FixtureRequest, data: Path):
    """With all that adds headers: keys, and pages of another origin."""
    env = {"POLAROID_API_KEYS": KEYS, "POLAROID_CORS_ORIGINS": ORIGIN}
    with servers.serve(request.param, {"data": data}, env) as client:
        yield client


@pytest.fixture(scope="module")
def document(server: Client) -> dict:
    answer = server.get("/openapi.json")
    assert (answer.status, answer.type) == (200, "application/json")
    return answer.json()


@pytest.mark.parametrize("env, headers", [({}, {}), ({"POLAROID_API_KEYS": KEYS}, BEARER)], ids=["open", "keys"])
def test_requests_made_of_the_document(data: Path, tmp_path: Path, env: dict[str, str], headers: dict[str, str]):
    """Some thousand requests, valid and not: none ends in 5xx, or in an answer that the document does not have.

    `positive_data_acceptance` is left out: a text is a valid `sql` for a schema, and no SQL for us. One worker: with
    several, Python 3.11 breaks on the syntax trees that are made of the generator's code.
    """
    report = tmp_path / "report.json"
    sent = [f"--header={name}: {value}" for name, value in headers.items()]
    with servers.serve("polaroid", {"data": data}, env, options=["--memory=1GiB"]) as client:
        done = subprocess.run(
            [Path(sys.executable).with_name("st"), f"--config-file={HERE / 'schemathesis.toml'}", "run",
             f"{client.base}/openapi.json", "--max-examples=150", "--checks=all", "--exclude-checks=positive_data_acceptance",
             "--phases=examples,coverage,fuzzing",
             "--continue-on-failure", "--suppress-health-check=all", "--seed=1", "--no-color",
             "--report=json", f"--report-json-path={report}", *sent],
            capture_output=True, text=True, cwd=tmp_path, timeout=900,
            env=os.environ | {"PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "openapi_hooks"},
        )
        answer = client.get("/query?sql=SELECT+1+AS+one&format=csv", **headers)
        assert (answer.status, answer.body) == (200, b"one\n1\n")
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    cases = re.search(r"(\d+) generated", done.stdout)
    assert cases and int(cases[1]) > 2_000, done.stdout[-3_000:]


def test_every_option_is_described_in_both(document: dict):
    body = set(document["components"]["schemas"]["Query"]["properties"])
    for method in ("get", "post"):
        url = {p["name"] for p in document["paths"]["/query"][method]["parameters"] if p["in"] == "query"}
        assert url == body
    table = re.search(r"## A query\n(.*?)\n## ", DOCS, re.S)[1]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == body


def test_every_code_is_described_in_both(document: dict):
    told = {
        (int(status), code)
        for status, response in document["components"]["responses"].items()
        if "content" in response  # 431 comes before a document can
        for code in response["content"]["application/problem+json"]["examples"]
    }
    errors = re.search(r"## Errors\n(.*?)\n## ", DOCS, re.S)[1]
    written = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| ([^|]*) \|", errors, re.M)
        for code in re.findall(r"`(\w+)`", codes)
    }
    assert told == written
    # and in the table that all other tests go by
    assert {code: status for status, code in told if code in problems.STATUS} == problems.STATUS


def test_every_header_is_described_in_both(document: dict):
    section = re.search(r"## Headers\n(.*?)\n## ", DOCS, re.S)[1]
    cells = re.findall(r"^\| (`[^|]*`) \|", section, re.M)
    written = {name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)}
    assert set(document["components"]["headers"]) == written


def test_every_route_is_described_in_both(document: dict):
    routes = re.search(r"## Routes\n(.*?)\n## ", DOCS, re.S)[1]
    written = {path for path in re.findall(r"(?:GET|POST|\|) (/[\w./]*)", routes.replace("`", ""))}
    told = {path.replace("{name}", "NAME") for path in document["paths"]}
    assert told <= written, (told, written)


SHORT, LONG = "?sql=SELECT+1+AS+x", "?format=csv&sql=SELECT+*+FROM+large"


@pytest.mark.parametrize("method, path, status, requests", [
    ("get", "/query", 200, [(SHORT, {}), (LONG, {}), (LONG, {"Accept-Encoding": "gzip"})]),
    ("post", "/query", 200, [(SHORT, {}), (LONG, {}), (LONG, {"Accept-Encoding": "gzip"})]),
    ("get", "/queries/plain", 304, [("", {"If-None-Match": "its own"})]),
    ("get", "/query", 400, [("?sql=SELEC", {})]),
    ("get", "/query", 401, [("", {"Authorization": "Bearer wrong"})]),
    ("get", "/tables", 200, [("", {})]),
    ("get", "/version", 200, [("", {})]),
    ("delete", "/tables", 405, [("", {})]),
    ("options", "/query", 204, [("", {})]),
])
def test_answers_have_the_headers_that_are_promised(
    guarded: Client, method: str, path: str, status: int, requests: list[tuple[str, dict[str, str]]]
):
    """Each has those that every one must have, and between them they have all, and no others."""
    document = guarded.get("/openapi.json", **BEARER).json()
    response = document["paths"][path]["get" if status == 405 else method]["responses"][str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    promised = {name.lower() for name in response["headers"]}
    required = {name.lower() for name in response["headers"] if document["components"]["headers"][name].get("required")}
    seen = set()
    for query, headers in requests:
        body = {"post": b"n\n1\n"}.get(method)
        if headers.get("If-None-Match"):
            headers = {"If-None-Match": guarded.get(path, **BEARER).headers["ETag"]}
        sent = BEARER | {"Origin": ORIGIN, "TE": "trailers"} | ({"Content-Type": "text/csv"} if body else {}) | headers
        answer = guarded.request(method.upper(), path + query, body, sent)
        assert answer.status == status, answer.body[:1000]
        names = {name.lower() for name in answer.headers} - FROM_HTTP
        assert required <= names <= promised
        seen |= names
    assert seen == promised - ELSEWHERE


def test_the_document_is_small_enough_to_read(document: dict):
    assert len(json.dumps(document)) < 100_000
