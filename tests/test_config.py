"""Configuration by POLAROID_ variables, on both hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

import problems
import servers


@pytest.mark.parametrize("host", servers.HOSTS)
def test_body_limit(host: str, root: Path):
    with servers.serve(host, {"data": root / "data"}, {"POLAROID_MAX_BODY_BYTES": "100"}) as client:
        assert client.post({"sql": "SELECT 1 AS x"}).status == 200
        detail = problems.check(client.post({"sql": f"SELECT '{'x' * 100}' AS x"}), "body_too_large")["detail"]
        assert "100" in detail


@pytest.mark.parametrize("host", servers.HOSTS)
def test_a_value_that_is_not_valid(host: str, root: Path):
    """The variable is named, and nothing runs on a guess."""
    with servers.serve(host, {"data": root / "data"}, {"POLAROID_MAX_BODY_BYTES": "10 MB"}) as client:
        assert "POLAROID_MAX_BODY_BYTES" in problems.check(client.post({"sql": "SELECT 1 AS x"}), "invalid_configuration")["detail"]


@pytest.mark.parametrize("host", servers.HOSTS)
def test_no_data_at_all(host: str, tmp_path: Path):
    """An empty data root is no error: there are no tables, and SQL without tables runs."""
    with servers.serve(host, {"data": tmp_path}) as client:
        assert client.get("/tables").json()["tables"] == []
        assert client.rows("SELECT 1 AS x") == [{"x": 1}]
        problems.check(client.post({"sql": "SELECT * FROM people"}), "unknown_table")
