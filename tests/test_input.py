"""Data in the request: the same rows, types and errors as of a file of the same bytes, and the tables' names."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

import problems
import servers
from client import Answer, Client
from compare import difference

TYPES = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "ndjson": "application/x-ndjson", "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet", "arrow": "application/vnd.apache.arrow.file",
    "ipc": "application/vnd.apache.arrow.stream", "feather": "application/vnd.apache.arrow.file",
}
"""The media type for a file's extension. JSON that may be an array has none: such a body is a query's options."""

ODD = {
    "bom.csv": b"\xef\xbb\xbfid,name\n1,one\n",
    "bom_quoted.csv": b'\xef\xbb\xbf"id","name"\r\n1,"o""ne"\r\n',
    "crlf.csv": b"id;name\r\n007;\"a\r\nb\"\r\n8;\r\n",
    "nulls.csv": b'a,b,c\n,"",x\n1,NULL,\n',
    "header.csv": b"id,name\n",
    "header_cut.csv": b"id,name",
    "one_column.csv": b"id\n1\n\n2\n",
    "late.csv": b"n\n" + b"".join(b"%d\n" % n for n in range(2000)) + b"x\n",
    "dates.csv": b"d,t,b\n2024-02-29,2024-02-29 12:00:00,true\n,,\n",
    "bom.ndjson": b'\xef\xbb\xbf{"a":1}\n{"a":2.5}\n',
    "blank.ndjson": b"\n\n",
    "empty.ndjson": b"",
    "bom.json": b'\xef\xbb\xbf[{"a":1},\n{"a":2}]',
    "wrong.json": b'[{"a":1},{"a":tru}]',
    "empty.json": b"",
    "empty.csv": b"",
    "empty.tsv": b"",
    "empty.parquet": b"",
    "empty.arrow": b"",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    for name, content in ODD.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module", params=servers.HOSTS)
def wide(request: pytest.FixtureRequest, root: Path, odd: Path):
    """A server that takes large bodies."""
    limits = ["--memory=4GiB", "--max-body=32MiB"] if request.param == "polaroid" else []
    dirs = {"data": root / "data", "odd": odd}
    with servers.serve(request.param, dirs, {"POLAROID_MAX_BODY_BYTES": str(32 << 20)}, limits) as client:
        yield client


@dataclass
class Part:
    content: bytes | str
    file: str | None = None
    type: str | None = None


def form(parts: list[tuple[str | None, Part]], boundary: str = "x-y-z") -> tuple[bytes, dict]:
    body = b""
    for name, part in parts:
        head = "form-data" + (f'; name="{name}"' if name is not None else "")
        head += f'; filename="{part.file}"' if part.file is not None else ""
        head += f"\r\nContent-Type: {part.type}" if part.type else ""
        content = part.content.encode() if isinstance(part.content, str) else part.content
        body += f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def send_form(server: Client, *parts: tuple[str | None, Part], url: str = "") -> Answer:
    body, headers = form(list(parts))
    return server.request("POST", f"/query{url}", body, headers)


def send(server: Client, body: bytes, type: str, sql: str | None, options: str = "", headers: dict | None = None) -> Answer:
    query = options if sql is None else urllib.parse.urlencode({"sql": sql}) + options
    return server.request("POST", f"/query?{query}", body, {"Content-Type": type} | (headers or {}))


PEOPLE = b"id,name\n1,one\n2,two\n"


# --- as a file ----------------------------------------------------------------------------------


def files(folder: Path, extension: str) -> list[Path]:
    """Without those that break after the status has been sent, and folders `key=value`, which are columns."""
    found = (path for path in folder.rglob(f"*.{extension}*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if not any(mark in str(path) for mark in ("breaks_late", "among", "=")))


def outcome(answer: Answer) -> pa.Table | str:
    """The rows, or the code of the problem."""
    if answer.status == 200:
        return pa.ipc.open_stream(answer.body).read_all()
    return problems.check(answer, answer.json()["code"])["code"]


def differ(got: pa.Table | str, want: pa.Table | str) -> object:
    if isinstance(got, str) or isinstance(want, str):
        return None if isinstance(got, str) and got == want else (got, want)
    return None if got.schema == want.schema and not (why := difference(got, want, ordered=True)) else (got.schema, why)


@pytest.mark.parametrize("extension", [*TYPES, "json"])
def test_the_bytes_are_read_as_a_file_is(wide: Client, root: Path, odd: Path, extension: str):
    """Every file of the test data, good and bad, also compressed: in the body, and as a part called like the file."""
    different = {}
    paths = [(folder, path) for folder in (root / "data", odd) for path in files(folder, extension)]
    assert paths
    for folder, path in paths:
        name = path.relative_to(folder).as_posix()
        if name.split(".")[1] != extension:
            continue
        escaped = name.replace("'", "''")
        want = outcome(wide.post({"sql": f"SELECT * FROM '{escaped}'", "format": "arrow"}))
        content = path.read_bytes()
        answers = [send_form(wide, ("sql", Part("FROM input")), ("input", Part(content, path.name)), url="?format=arrow")]
        if extension in TYPES:
            answers.append(send(wide, content, TYPES[extension], "SELECT * FROM input", "&format=arrow"))
        for answer in answers:
            if why := differ(outcome(answer), want):
                different[name] = why
            elif want == "invalid_file":
                assert answer.json()["detail"].startswith("input: "), answer.body
    assert not different


@pytest.mark.parametrize("name, type", [("csv/purchases.csv", "text/csv"), ("ndjson/people.ndjson", "application/ndjson"),
                                        ("parquet/events.parquet", "application/x-parquet"),
                                        ("arrow/events.arrow", "application/vnd.apache.arrow.file"),
                                        ("ipc/events.ipc", "application/vnd.apache.arrow.stream")])
@pytest.mark.parametrize("sql", [
    "SELECT COUNT(*) AS n FROM {0}",
    "SELECT id FROM {0} WHERE id % 7 = 0 ORDER BY id DESC LIMIT 20",
    "SELECT a.id, b.id AS other FROM {0} AS a JOIN {0} AS b ON a.id = b.id + 1 ORDER BY a.id",
    "WITH t AS (SELECT * FROM {0} WHERE id < 50) SELECT COUNT(*) AS n, MAX(u.id) AS high FROM t, {0} AS u WHERE t.id = u.id",
    "SELECT MAX(id) AS high FROM (SELECT id FROM {0} UNION ALL SELECT id FROM {0})",
])
def test_queries_over_it(wide: Client, root: Path, name: str, type: str, sql: str):
    want = wide.post({"sql": sql.format(f"'{name}'"), "format": "csv"})
    got = send(wide, (root / "data" / name).read_bytes(), type, sql.format("input"), "&format=csv")
    assert (got.status, got.body) == (200, want.body), got.body[:500]


@pytest.mark.parametrize("statement", ["DESCRIBE {0}", "SUMMARIZE {0}", "DESCRIBE SELECT * FROM {0}", "FROM (SUMMARIZE {0})"])
def test_statements_about_it(wide: Client, statement: str):
    """The plain name of a table of the data directory, which has the same rows."""
    want = wide.post({"sql": statement.format("cities"), "format": "csv"})
    body = wide.post({"sql": "FROM cities", "format": "parquet"}).body
    got = send(wide, body, "application/vnd.apache.parquet", statement.format("input"), "&format=csv")
    assert want.status == 200 and (got.status, got.body) == (200, want.body)


def test_explain(wide: Client):
    for sql in ("EXPLAIN SELECT id FROM input", "EXPLAIN ANALYZE SELECT id FROM input"):
        assert send(wide, PEOPLE, "text/csv", sql).status == 200


# --- names --------------------------------------------------------------------------------------


def test_it_comes_before_the_table_of_the_directory_and_after_common_tables(server: Client):
    table = ("cities", Part(PEOPLE, "x.csv"))
    rows = lambda sql: send_form(server, table, ("sql", Part(sql))).json()["data"]
    assert rows("SELECT name FROM cities WHERE id = 2") == rows("SELECT name FROM CITIES WHERE id = 2") == [{"name": "two"}]
    assert rows("WITH cities AS (SELECT 7 AS x) SELECT * FROM cities") == [{"x": 7}]
    assert rows("SELECT COUNT(*) AS n FROM data.cities") == rows("SELECT COUNT(*) AS n FROM 'cities.parquet'") == [{"n": 7}]
    problems.check(send_form(server, table, ("sql", Part("FROM 'cities'"))), "unknown_table")


def test_a_common_table_hides_a_broken_one(server: Client):
    answer = send(server, b"no parquet", "application/x-parquet", "WITH input AS (SELECT 7 AS x) SELECT * FROM input")
    assert answer.json()["data"] == [{"x": 7}]


def test_every_mention_is_of_one_table(server: Client):
    sql = "SELECT COUNT(*) AS n FROM input AS a JOIN input AS b USING (id) WHERE a.id IN (SELECT id FROM INPUT)"
    rows = send(server, PEOPLE, "text/csv", "SELECT COUNT(*) AS n FROM input").json()["data"]
    assert send(server, PEOPLE, "text/csv", sql).json()["data"] == rows


def test_it_is_in_no_listing_and_gone_with_the_request(server: Client):
    answer = send(server, PEOPLE, "text/csv", "SHOW TABLES")
    names = [row["name"] for row in answer.json()["data"]]
    assert "input" not in names and "cities" in names
    problems.check(server.sql("FROM input"), "unknown_table")
    problems.check(send(server, PEOPLE, "text/csv", "FROM data.input"), "unknown_table")


def test_an_unknown_table_is_told_of_it(server: Client):
    problem = problems.check(send(server, PEOPLE, "text/csv", "SELECT *\nFROM inputs"), "unknown_table")
    assert "known tables: input, " in problem["detail"] and (problem["line"], problem["column"]) == (2, 6)


def test_errors_have_their_place(server: Client):
    problem = problems.check(send(server, PEOPLE, "text/csv", "SELECT nam FROM input"), "unknown_column")
    assert '"name"' in problem["detail"] and problem["column"] == 8


def test_several_tables(server: Client):
    answer = send_form(
        server, ("sql", Part("SELECT p.name, n.x FROM people AS p JOIN n ON n.id = p.id JOIN c ON c.id = p.id")),
        ("people", Part(PEOPLE, "people.csv", "application/octet-stream")),
        ("n", Part('{"id":2,"x":[1]}\n', "n.jsonl")), ("c", Part('[{"id":2}]', None, "application/json")),
        ("format", Part("ndjson")))
    assert (answer.type, answer.json()) == ("application/x-ndjson", {"name": "two", "x": [1]})


# --- the SQL and the options --------------------------------------------------------------------


def test_the_sql_may_be_in_a_header(server: Client):
    sql = {"X-Query-SQL": "SELECT name, 'ü' AS u FROM input WHERE id > $1".encode()}
    answer = send(server, PEOPLE, "text/csv", None, "params=[1]&format=ndjson", sql)
    assert answer.json() == {"name": "two", "u": "ü"}
    body, headers = form([("t", Part(PEOPLE, "t.csv"))])
    answer = server.request("POST", "/query", body, headers | {"X-Query-SQL": "SELECT max(id) AS n FROM t"})
    assert answer.json()["data"] == [{"n": 2}]


def test_options_are_parts_of_a_form(server: Client):
    answer = send_form(
        server, ("sql", Part("SELECT name FROM t WHERE id >= $low ORDER BY id")), ("t", Part(PEOPLE, "t.csv")),
        ("params", Part('{"low": 1}', None, "application/json")), ("max_rows", Part("1")), url="?format=csv&timeout_ms=60000")
    assert (answer.type, answer.body) == ("text/csv", b"name\none\n")


def test_a_form_without_tables_is_a_query(server: Client):
    assert send_form(server, ("sql", Part("SELECT 1 AS a", "q.sql"))).json()["data"] == [{"a": 1}]


@pytest.mark.parametrize("headers", [{}, {"X-Query-SQL": ""}])
def test_no_sql(server: Client, headers: dict):
    problem = problems.check(send(server, PEOPLE, "text/csv", None, headers=headers), "empty_sql")
    assert headers or "X-Query-SQL" in problem["detail"]
    problems.check(send_form(server, ("t", Part(PEOPLE, "t.csv"))), "empty_sql")


def test_the_sql_in_two_places(server: Client):
    header = {"X-Query-SQL": "FROM input"}
    answers = [
        send(server, PEOPLE, "text/csv", "FROM input", headers=header),
        server.request("POST", "/query", "SELECT 1", header),
        server.request("POST", "/query", '{"sql": "SELECT 1"}', header),
        send_form(server, ("sql", Part("FROM t")), ("t", Part(PEOPLE, "t.csv")), url="?sql=FROM+t"),
    ]
    for answer in answers:
        assert "once" in problems.check(answer, "invalid_option")["detail"]
    problems.check(send(server, PEOPLE, "text/csv", None, headers={"X-Query-SQL": b"SELECT '\xff'"}), "invalid_utf8")


FORMS = {
    "an unknown option": ([("fromat", Part("csv"))], "invalid_option", "'fromat'"),
    "an option twice": ([("format", Part("csv")), ("format", Part("json"))], "invalid_multipart", "'format' is there twice"),
    "a table twice": ([("t", Part("a\n", "a.csv")), ("T", Part("a\n", "b.csv"))], "invalid_multipart", "twice"),
    "a number that is none": ([("max_rows", Part("many"))], "invalid_option", "max_rows"),
    "no time": ([("timeout_ms", Part("0"))], "invalid_option", "timeout_ms is 0"),
    "parameters that are no JSON": ([("params", Part("{"))], "invalid_parameter", "JSON"),
    "an unknown format of the answer": ([("format", Part("xml"))], "unknown_format", "xml"),
    "a file of no known format": ([("t", Part("a", "notes.txt", "text/plain"))], "unknown_file_format", "'t'"),
    "a file without an extension": ([("t", Part("a", "blob"))], "unknown_file_format", "text/csv"),
    "a name with a space": ([("a b", Part("a\n", "a.csv"))], "invalid_option", "'a b'"),
    "a name with a digit first": ([("1a", Part("a\n", "a.csv"))], "invalid_option", "'1a'"),
    "no name at all": ([(None, Part("a\n", "a.csv"))], "invalid_multipart", "no name"),
    "SQL that is not UTF-8": ([("sql", Part(b"SELECT '\xff'"))], "invalid_utf8", "sql"),
}


@pytest.mark.parametrize("what", FORMS)
def test_forms_that_are_wrong(server: Client, what: str):
    parts, code, text = FORMS[what]
    sql = [] if what.startswith("SQL") else [("sql", Part("SELECT 1"))]
    assert text in problems.check(send_form(server, *sql, *parts), code)["detail"]


def test_a_file_name_is_no_name(server: Client):
    """A name that somebody gave to a file makes no option of it."""
    body, headers = form([("sql", Part("SELECT COUNT(*) AS n FROM t"))])
    first, end = body[: body.rindex(b"--x-y-z--")], b"--x-y-z--\r\n"
    file = b'--x-y-z\r\nContent-Disposition: form-data; filename="x; name=format ;.csv"; name="t"\r\n\r\nid\r\n1\r\n2\r\n'
    assert server.request("POST", "/query", first + file + end, headers).json()["data"] == [{"n": 2}]
    twice = file.replace(b'name="t"', b'name="t"; name="sql"')
    problem = problems.check(server.request("POST", "/query", first + twice + end, headers), "invalid_multipart")
    assert "'name' twice" in problem["detail"]


@pytest.mark.parametrize("length", [0, 20, 60, 100, -1, -10, -40])
def test_a_form_that_is_cut(server: Client, length: int):
    body, headers = form([("sql", Part("FROM t")), ("t", Part(PEOPLE, "t.csv"))])
    assert server.request("POST", "/query", body, headers).status == 200
    cut = body[: length - 2] if length < 0 else body[:length]
    problems.check(server.request("POST", "/query", cut, headers), "invalid_multipart")


def test_a_form_without_its_boundary(server: Client):
    body, _ = form([("sql", Part("SELECT 1"))])
    for type in ("multipart/form-data", "multipart/form-data; boundary=other"):
        assert "boundary" in problems.check(server.request("POST", "/query", body, {"Content-Type": type}), "invalid_multipart")["detail"]


def test_other_types_are_refused_with_those_that_there_are(server: Client):
    detail = problems.check(send(server, PEOPLE, "image/png", "FROM input"), "unsupported_media_type")["detail"]
    assert "text/csv" in detail and "multipart/form-data" in detail


@pytest.mark.parametrize("as_form", [False, True])
def test_the_cap_of_bodies_holds(server: Client, as_form: bool):
    content = b"a\n" + b"1\n" * (1 << 20)
    answer = send_form(server, ("t", Part(content, "t.csv"))) if as_form else send(server, content, "text/csv", "FROM input")
    problems.check(answer, "body_too_large")


# --- broken data --------------------------------------------------------------------------------


def test_the_broken_one_of_several_is_named(wide: Client, root: Path):
    """At the plan, and only when it runs."""
    among = root / "data/bad/among"
    for kind in ("parquet", "page", "csv", "csv.gz", "ndjson", "arrow", "ipc"):
        extension = {"page": "parquet"}.get(kind, kind)
        parts = [(name, Part((among / kind / f"{name}.{extension}").read_bytes(), f"x.{extension}")) for name in "amz"]
        sql = "SELECT SUM(a.id) AS s, MAX(m.word) AS w FROM a JOIN z ON z.id = a.id + 20000 LEFT JOIN m ON m.id = a.id + 10000"
        detail = problems.check(send_form(wide, ("sql", Part(sql)), *parts), "invalid_file")["detail"]
        assert detail.startswith("m: ") and "in-mem" not in detail, f"{kind}: {detail}"


def test_a_broken_array_of_a_file_is_not_blamed_on_it(wide: Client):
    """Both are bytes in memory."""
    for sql in ("SELECT * FROM 'wrong.json' UNION ALL SELECT id FROM input", "SELECT a FROM 'wrong.json'", "FROM '*wrong.json'",
                "SELECT a FROM read_json('wrong.json', date_format = '%Y')"):
        detail = problems.check(send(wide, PEOPLE, "text/csv", sql), "invalid_file")["detail"]
        assert detail.startswith("/odd/wrong.json: ") and "in-mem" not in detail and "\x1f" not in detail, sql
    detail = problems.check(wide.get("/tables/wrong"), "invalid_file")["detail"]
    assert detail.startswith("/odd/wrong.json: ") and "in-mem" not in detail


def test_types_that_were_told_wrong(server: Client):
    """The advice is not to call a reader, which reads files."""
    problem = problems.check(send(server, ODD["late.csv"], "text/csv", "SELECT SUM(n) AS s FROM input"), "invalid_file")
    assert problem["detail"].startswith("input: ") and "1000 rows" in problem["detail"] and "read_csv" not in problem["detail"]


def test_an_error_after_the_first_bytes_names_it(wide: Client, root: Path):
    content = (root / "data/bad/breaks_late.csv").read_bytes()
    try:
        answer = send(wide, content, "text/csv", "FROM input", "&format=ndjson")
    except http.client.IncompleteRead as cut:
        problems.hides_internals(cut.partial.decode(errors="replace"))
        last = cut.partial.splitlines()[-1]
        # wasmtime serve may cut before it has sent all that it has taken
        if wide.host == "polaroid" or last.startswith(b'{"error":'):
            assert json.loads(last)["error"]["detail"].startswith("input: ")
    else:
        assert problems.check(answer, "invalid_file")["detail"].startswith("input: ")
