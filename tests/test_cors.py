"""Pages of other origins, and the headers by which a browser makes no page of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import problems
import servers
from client import Client

ALLOWED = "https://app.example.com"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-evil"}


@pytest.fixture(scope="module", params=servers.HOSTS)
def listed(request: pytest.FixtureRequest, root: Path):
    env = {"POLAROID_CORS_ORIGINS": f"http://localhost:3000, {ALLOWED}"}
    with servers.serve(request.param, {"data": root / "data"}, env=env) as client:
        yield client


@pytest.fixture(scope="module", params=servers.HOSTS)
def open_to_all(request: pytest.FixtureRequest, root: Path):
    with servers.serve(request.param, {"data": root / "data"}, env={"POLAROID_CORS_ORIGINS": "*"}) as client:
        yield client


@pytest.mark.parametrize("path", ["/query?sql=SELECT+1+AS+x", "/query?sql=SELEC", "/tables", "/nope"])
def test_a_listed_origin_may_read(listed: Client, path: str):
    """Errors as well, or a page could not say what is wrong."""
    answer = listed.get(path, Origin=ALLOWED)
    assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert "x-query-id" in answer.headers["Access-Control-Expose-Headers"]
    assert "origin" in ", ".join(answer.headers.get_all("Vary")).lower()
    assert answer.headers["Access-Control-Allow-Credentials"] is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ALLOWED + ".evil.example", "http://app.example.com", "*"])
def test_another_origin_may_not(listed: Client, origin: str):
    for answer in (listed.get("/query?sql=SELECT+1+AS+x", Origin=origin),
                   listed.request("OPTIONS", "/query", headers={"Origin": origin} | PREFLIGHT)):
        assert answer.headers["Access-Control-Allow-Origin"] is None
        assert "origin" in ", ".join(answer.headers.get_all("Vary")).lower()


def test_preflight(listed: Client):
    answer = listed.request("OPTIONS", "/query", headers={"Origin": ALLOWED} | PREFLIGHT)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert "authorization" in allowed and "content-type" in allowed
    assert "x-evil" not in str(answer.headers), "nothing is sent back as it came"


def test_everybody(open_to_all: Client):
    answer = open_to_all.get("/query?sql=SELECT+1+AS+x", Origin="https://any.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_nobody_without_configuration(server: Client):
    answer = server.get("/query?sql=SELECT+1+AS+x", Origin=ALLOWED)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("path", ["/query?sql=SELECT+1+AS+x", "/query?sql=SELEC", "/tables", "/nope"])
def test_no_answer_is_a_page(server: Client, path: str):
    headers = server.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_options_of_a_route_that_is_not_there(server: Client):
    problems.check(server.request("OPTIONS", "/nope"), "not_found")
    answer = server.request("OPTIONS", "/tables")
    assert answer.status == 204 and answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("value", ["app.example.com", "https://a.example/path", "*, https://a.example", ""])
def test_a_list_that_is_wrong_opens_nothing(root: Path, value: str):
    with servers.serve("polaroid", {"data": root / "data"}, env={"POLAROID_CORS_ORIGINS": value}) as client:
        answer = client.get("/query?sql=SELECT+1+AS+x", Origin=value)
        assert "POLAROID_CORS_ORIGINS" in problems.check(answer, "invalid_configuration")["detail"]
        assert answer.headers["Access-Control-Allow-Origin"] is None
