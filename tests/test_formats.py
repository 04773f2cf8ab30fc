"""The six result formats, each read by a reader that is not ours, hold the same rows as DuckDB's answer."""

from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import problems
from client import Client
from compare import difference
from second_engine import SecondEngine

READERS = {
    "arrow": lambda body: pa.ipc.open_stream(body).read_all(),
    "arrow_file": lambda body: pa.ipc.open_file(body).read_all(),
    "parquet": lambda body: pa.parquet.read_table(pa.BufferReader(body)),
    "ndjson": lambda body: pa.Table.from_pylist([json.loads(line) for line in body.splitlines()]),
    "json": lambda body: pa.Table.from_pylist(json.loads(body)["data"]),
    "csv": lambda body: pa.csv.read_csv(
        pa.BufferReader(body), convert_options=pa.csv.ConvertOptions(strings_can_be_null=True,
                                                                     quoted_strings_can_be_null=False)),
}
BINARY = ["arrow", "arrow_file", "parquet"]


def read(server: Client, sql: str, format: str) -> pa.Table:
    answer = server.sql(sql, format)
    assert answer.status == 200, answer.body
    return READERS[format](answer.body)


@pytest.mark.parametrize("format", BINARY)
@pytest.mark.parametrize("table", ["alltypes", "nested", "ledger", "events", "floats"])
def test_every_type(server: Client, second: SecondEngine, format: str, table: str):
    sql = f"SELECT {'* EXCLUDE (dur)' if table == 'alltypes' else '*'} FROM {table}"
    assert difference(read(server, sql, format), second.answer(sql), ordered=False) is None


@pytest.mark.parametrize("format", READERS)
def test_plain_types(server: Client, second: SecondEngine, format: str):
    sql = "SELECT id, name, age, height, active, city FROM people ORDER BY id"
    assert difference(read(server, sql, format), second.answer(sql), ordered=True) is None


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_nested_as_json(server: Client, second: SecondEngine, format: str):
    sql = "SELECT * FROM nested ORDER BY id"
    assert difference(read(server, sql, format), second.answer(sql), ordered=True) is None


@pytest.mark.parametrize("format", READERS)
def test_many_rows(server: Client, format: str):
    """More than one batch: nothing is lost, doubled or reordered between them."""
    table = read(server, "SELECT id, kind, user_id FROM events ORDER BY id", format)
    assert table["id"].to_pylist() == list(range(10_000))


@pytest.mark.parametrize("format", READERS)
def test_wide_result(server: Client, format: str):
    """Sixteen columns of 600,000 rows, counted by the reader."""
    if format in ("json", "ndjson"):
        answer = server.sql("SELECT l_orderkey, l_comment FROM lineitem", format)
        rows = json.loads(answer.body)["rows"] if format == "json" else answer.body.count(b"\n")
    else:
        rows = read(server, "SELECT * FROM lineitem", format).num_rows
    assert rows == server.rows("SELECT COUNT(*) AS n FROM lineitem")[0]["n"]


@pytest.mark.parametrize("format", BINARY)
def test_empty_result_keeps_the_schema(server: Client, second: SecondEngine, format: str):
    sql = "SELECT * EXCLUDE (dur) FROM alltypes WHERE id > 1000"
    assert difference(read(server, sql, format), second.answer(sql), ordered=True) is None


def test_empty_result_as_text(server: Client):
    sql = "SELECT id, name FROM people WHERE id < 0"
    assert server.sql(sql, "csv").body.decode().splitlines() == ["id,name"]
    assert server.sql(sql, "ndjson").body == b""
    body = server.sql(sql, "json").json()
    assert (body["columns"], body["data"], body["rows"]) == (["id", "name"], [], 0)


def test_csv_quoting(server: Client):
    """RFC 4180: what needs quotes has them, and null differs from the empty string."""
    sql = ("SELECT id, w FROM words WHERE id <= 3 UNION ALL SELECT 4 AS id, 'a,\"b\"' AS w "
           "UNION ALL SELECT 5 AS id, 'x\ny' AS w")
    text = server.sql(sql, "csv").body.decode()
    assert {row[0]: row[1] for row in csv.reader(io.StringIO(text, newline=""))} == {
        "id": "w", "1": "", "2": " ", "3": "", "4": 'a,"b"', "5": "x\ny"}
    lines = text.splitlines()
    assert '1,""' in lines and "3," in lines


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_json_has_no_nan(server: Client, format: str):
    """JSON has no NaN and no infinity: what comes must parse, and these are null."""
    body = server.sql("SELECT id, x FROM floats", format).body
    lines = [json.loads(body, parse_constant=refuse)["data"]] if format == "json" else [
        [json.loads(line, parse_constant=refuse) for line in body.splitlines()]]
    values = {row["id"]: row["x"] for row in lines[0]}
    assert (values[1], values[2], values[3], values[4], values[11]) == (1.5, None, None, None, 1e308)


def refuse(constant: str):
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_json_escapes(server: Client, format: str):
    body = server.sql("SELECT id, s FROM alltypes ORDER BY id", format).body
    rows = json.loads(body)["data"] if format == "json" else [json.loads(line) for line in body.splitlines()]
    assert [row["s"] for row in rows] == [
        "", "plain", "Ünïcödé", "日本語", "quote ' and \" mark", "tab\tand\nline", "🦀 crab", None]


def test_json_times_are_iso(server: Client):
    """Dates and times in the form of ISO 8601, instants with their offset."""
    row = server.sql("SELECT d, t, ts_us, tz_utc FROM alltypes WHERE id = 3", "json").json()["data"][0]
    assert row["d"] == "2024-02-29"
    assert row["t"].startswith("12:30:00")
    assert row["ts_us"].replace(" ", "T").startswith("2024-02-29T12:30:15.250002")
    assert row["tz_utc"].endswith(("Z", "+00:00", "+0000")), row["tz_utc"]


def test_json_decimals_keep_every_digit(server: Client):
    body = server.sql("SELECT d38 FROM alltypes WHERE id = 6", "json").body.decode()
    assert "123456789012345678.0123456789" in body


FAR = "make_date(2147483647)"


@pytest.mark.parametrize("value", [
    FAR, f"[{FAR}]", f"[[{FAR}]]", f"{{'a': 1, 'b': {FAR}}}", f"[{{'a': [{FAR}]}}]", "[epoch_ms(9000000000000000)]",
])
def test_dates_beyond_the_calendar(server: Client, value: str):
    """Text has none for them, wherever they are; Arrow has."""
    for format in ("json", "ndjson", "csv"):
        for numbers in ("number", "string"):
            answer = server.post({"sql": f"SELECT {value} AS far, 1 AS n", "format": format, "numbers": numbers})
            detail = problems.check(answer, "execution_error")["detail"]
            assert '"far"' in detail and "arrow" in detail
    assert server.sql(f"SELECT {value} AS far", "arrow").status == 200


def test_a_nested_column_is_checked_and_changed(server: Client):
    sql = "SELECT [{'day': DATE '2024-02-29', 'n': CAST(7 AS BIGINT)}] AS l"
    rows = server.post({"sql": sql, "numbers": "string"}).json()["data"]
    assert rows == [{"l": [{"day": "2024-02-29", "n": "7"}]}]
    assert server.sql(sql, "csv").body == b'l\n"[{""day"":""2024-02-29"",""n"":7}]"\n'
