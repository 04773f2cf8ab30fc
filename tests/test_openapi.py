"""/openapi.json says what is done: requests made of it get the answers that it names, and docs/http.md says the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import problems
import servers
from client import Client

DOCS = (servers.REPO / "docs/http.md").read_text()


@pytest.fixture(scope="module")
def document(server: Client) -> dict:
    answer = server.get("/openapi.json")
    assert (answer.status, answer.type) == (200, "application/json")
    return answer.json()


def test_requests_made_of_the_document(root: Path, tmp_path: Path):
    """Some thousand requests, valid and not: none ends in 5xx, or in an answer that the document does not have.

    `positive_data_acceptance` is left out: a text is a valid `sql` for a schema, and no SQL for us.
    """
    report = tmp_path / "report.json"
    dirs = {"data": root / "data"}
    with servers.serve("polaroid", dirs, options=["--memory=1GiB"]) as client:
        done = subprocess.run(
            [Path(sys.executable).with_name("st"), "run", f"{client.base}/openapi.json", "--max-examples=400",
             "--checks=all", "--exclude-checks=positive_data_acceptance", "--phases=examples,coverage,fuzzing",
             "--workers=2", "--continue-on-failure", "--suppress-health-check=all", "--seed=1", "--no-color",
             "--report=json", f"--report-json-path={report}"],
            capture_output=True, text=True, cwd=tmp_path, timeout=900,
        )
        assert client.rows("SELECT 1 AS one") == [{"one": 1}]
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
    headers = set(document["components"]["headers"])
    written = set(re.findall(r"`((?:X-Query|[A-Z])[\w-]+)`", re.search(r"## Headers\n(.*?)\n## ", DOCS, re.S)[1]))
    assert headers <= written


def test_every_route_is_described_in_both(document: dict):
    routes = re.search(r"## Routes\n(.*?)\n## ", DOCS, re.S)[1]
    written = {path for path in re.findall(r"(?:GET|POST|\|) (/[\w./]*)", routes.replace("`", ""))}
    told = {path.replace("{name}", "NAME") for path in document["paths"]}
    assert told <= written, (told, written)


def test_answers_have_the_headers_that_are_promised(server: Client, document: dict):
    answer = server.get("/query?sql=SELECT+1+AS+x")
    promised = document["paths"]["/query"]["get"]["responses"]["200"]["headers"]
    assert set(promised) <= {name for name in answer.headers} | {name.title() for name in answer.headers}


def test_the_document_is_small_enough_to_read(document: dict):
    assert len(json.dumps(document)) < 100_000
