"""What a query gets when the host gives its sandbox no more memory: 507, or an answer that is cut."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

import problems
import servers
from client import Client

LIMIT = 256 << 20
"""Bytes of a sandbox: enough for every small query, and for a large answer that streams."""


OPTIONS = {"polaroid": ["--memory", str(LIMIT)], "wasmtime": ["-W", f"max-memory-size={LIMIT}"]}


@pytest.fixture(scope="module", params=servers.HOSTS)
def small(request: pytest.FixtureRequest, root: Path):
    dirs = {"data": root / "data", "tpch": root / "tpch"}
    with servers.serve(request.param, dirs, options=OPTIONS[request.param]) as client:
        yield client


@pytest.fixture(autouse=True)
def goes_on(small: Client):
    """One sandbox has ended; the next ones are as good as ever."""
    yield
    assert small.rows("SELECT COUNT(*) AS n FROM people") == [{"n": 200}]


LONG_TEXT = "SELECT STRING_AGG(l_comment || l_comment || l_comment || l_comment, ',') AS s FROM lineitem"
NEEDS_MORE = {
    "sort": "SELECT * FROM lineitem CROSS JOIN region ORDER BY l_comment, l_orderkey",
    "group": "SELECT l_comment, l_orderkey, r_name, COUNT(*) AS n FROM lineitem CROSS JOIN region "
             "GROUP BY l_comment, l_orderkey, r_name",
    "distinct": "SELECT DISTINCT l_comment || n_name || r_name AS s FROM lineitem CROSS JOIN nation CROSS JOIN region",
    "one_value": LONG_TEXT,
    "join": "SELECT COUNT(*) AS n FROM (SELECT l_comment || r_name AS s FROM lineitem CROSS JOIN region) AS a "
            "JOIN (SELECT l_comment || n_name AS s FROM lineitem CROSS JOIN nation) AS b ON a.s = b.s",
}
KEEPS_ROWS = {"sort": "sort", "group": "group-by", "distinct": "group-by", "join": "equi-join"}
"""One value is too large by itself."""


@pytest.mark.parametrize("query", NEEDS_MORE)
@pytest.mark.parametrize("format", ["json", "arrow"])
def test_before_the_first_row(small: Client, query: str, format: str):
    detail = problems.check(small.sql(NEEDS_MORE[query], format), "memory_exceeded")["detail"]
    _, _, operators = detail.partition("; what keeps rows is ")
    assert KEEPS_ROWS.get(query, "") in operators.partition(";")[0].split(", "), detail


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_after_the_first_rows(small: Client, format: str):
    """Rows have left, and the last one does not fit: the answer has no end."""
    sql = f"SELECT l_comment FROM lineitem UNION ALL {LONG_TEXT}"
    with pytest.raises(http.client.IncompleteRead) as cut:
        small.sql(sql, format)
    assert len(cut.value.partial) > 1_000_000


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "arrow"])
def test_a_large_answer_needs_little(small: Client, format: str):
    """Rows leave as they are produced, and are not kept: what leaves here is more than the sandbox has."""
    sql = " UNION ALL ".join(["SELECT * FROM lineitem"] * 4)
    answer = small.sql(sql, format)
    assert answer.status == 200 and len(answer.body) > LIMIT
