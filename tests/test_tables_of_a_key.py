"""What a principal with table patterns reaches: its own tables, and no other in any way of naming it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Callable
from urllib.parse import quote

import pytest

import problems
import servers
from client import Answer, Client
from test_auth import entry

KEYS = {
    "all": {},
    "sales": {"tables": ["sales*"]},
    "other": {"tables": ["other.*"]},
    "links": {"tables": ["alias", "linked", "way", "loop", "chain", "sales"]},
    "dotted": {"tables": ["*.notes.txt"]},
    "asker": {"tables": ["sales", "queries"]},
    "nothing": {"tables": []},
}
SECRET = "Atlantis"
HOUR_AGO = time.time() - 3600


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    data, other = tmp_path_factory.mktemp("tables") / "data", tmp_path_factory.mktemp("tables") / "other"
    files = {
        data / "sales.csv": "id,place\n1,Bergen\n2,Oslo\n",
        data / "sales_eu/2025/part.csv": "id,place\n3,Rome\n",
        data / "hr.csv": f"id,place\n1,{SECRET}\n2,{SECRET}\n",
        data / "payroll/part.csv": f"id,place\n1,{SECRET}\n",
        data / "payroll/sales.csv": f"id,place\n1,{SECRET}\n",
        data / "payroll/year=2024/part.csv": f"id,place\n1,{SECRET}\n",
        data / "notes.txt": "id,place\n5,Paris\n",
        data / "queries/of_sales.sql": "SELECT place FROM sales",
        data / "queries/of_hr.sql": "SELECT place\nFROM hr",
        data / "queries/of_xy.sql": "SELECT place\nFROM xy",
        data / "queries/of_any.sql": "-- @param file VARCHAR\nSELECT place FROM read_csv($file)",
        data / "linked/good.csv": "id,place\n4,Vienna\n",
        data / "queries/places.sql": "-- Where we sell.\nSELECT place FROM sales",
        data / "queries/people.sql": "-- Who is paid.\nSELECT place FROM hr",
        other / "hr.csv": "id,place\n6,Lima\n",
        other / "ledger.csv": "id,place\n7,Quito\n",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        # what is older than the ticks of a clock has tags
        os.utime(path, (HOUR_AGO, HOUR_AGO))
    links = {
        "alias.csv": "hr.csv", "linked/bad.csv": "../payroll/part.csv", "linked/gone.csv": "../payroll/nothing.csv",
        "linked/fine.csv": "../sales.csv", "queries/linked.sql": "../hr.csv",
        "way": "payroll", "loop": ".", "chain": "linked/over", "linked/over": "../way",
    }
    for name, target in links.items():
        (data / name).symlink_to(target)
    return {"data": data, "other": other}


@pytest.fixture(scope="module", params=servers.HOSTS)
def shared(request: pytest.FixtureRequest, roots: dict[str, Path]):
    keys = "".join(entry(name, f"key-{name}", **more) for name, more in KEYS.items())
    with servers.serve(request.param, roots, {"POLAROID_API_KEYS": keys}) as client:
        yield client


def ask(client: Client, who: str, sql: str) -> Answer:
    headers = {"Content-Type": "application/json", "X-API-Key": f"key-{who}"}
    answer = client.request("POST", "/query", json.dumps({"sql": sql}), headers)
    if who != "all":
        assert SECRET.encode() not in answer.body, sql
    return answer


def get(client: Client, who: str, path: str) -> Answer:
    return client.get(path, X_API_Key=f"key-{who}")


def places(client: Client, who: str, table: str) -> set[str]:
    answer = ask(client, who, f"SELECT place FROM {table}")
    assert answer.status == 200, answer.body
    return {row["place"] for row in answer.json()["data"]}


FORMS = {
    "from": "SELECT * FROM {}",
    "from first": "FROM {}",
    "alias": "SELECT t.* FROM {} AS t",
    "join": "SELECT * FROM sales AS s JOIN {} AS t ON s.id = t.id",
    "left join": "SELECT * FROM sales AS s LEFT JOIN {} AS t USING (id)",
    "comma": "SELECT * FROM sales AS s, {} AS t",
    "derived": "SELECT * FROM (SELECT * FROM {}) AS t",
    "cte": "WITH c AS (SELECT * FROM {}) SELECT * FROM c",
    "cte that nobody reads": "WITH c AS (SELECT * FROM {}) SELECT 1 AS one",
    "cte of a cte": "WITH a AS (SELECT * FROM {}), b AS (SELECT * FROM a) SELECT * FROM b",
    "recursion": "WITH RECURSIVE r AS (SELECT id FROM {} UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT * FROM r",
    "recursive step": "WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL "
                      "SELECT r.id + 1 FROM r JOIN {} AS t ON t.id = r.id) SELECT * FROM r",
    "in": "SELECT id FROM sales WHERE id IN (SELECT id FROM {})",
    "not in": "SELECT id FROM sales WHERE id NOT IN (SELECT id FROM {})",
    "exists": "SELECT id FROM sales AS s WHERE EXISTS (SELECT 1 FROM {} AS t WHERE t.id = s.id)",
    "scalar": "SELECT (SELECT MAX(place) FROM {}) AS x",
    "scalar in where": "SELECT id FROM sales WHERE id = (SELECT MAX(id) FROM {})",
    "case": "SELECT CASE WHEN id > 0 THEN (SELECT MAX(place) FROM {}) END AS x FROM sales",
    "having": "SELECT id FROM sales GROUP BY id HAVING COUNT(*) < (SELECT COUNT(*) + 9 FROM {})",
    "lateral": "SELECT * FROM sales AS s, LATERAL (SELECT place AS p FROM {} AS t WHERE t.id = s.id) AS l",
    "union": "SELECT place FROM sales UNION ALL SELECT place FROM {}",
    "except": "SELECT place FROM sales EXCEPT SELECT place FROM {}",
    "intersect": "SELECT place FROM sales INTERSECT SELECT place FROM {}",
    "pivot": "PIVOT {} ON place USING COUNT(*)",
    "unpivot": "UNPIVOT (SELECT id FROM {}) ON id",
    "explain": "EXPLAIN SELECT * FROM {}",
    "explain analyze": "EXPLAIN ANALYZE SELECT * FROM {}",
    "describe": "DESCRIBE SELECT * FROM {}",
    "summarize": "SUMMARIZE SELECT * FROM {}",
    "exclude": "SELECT * EXCLUDE (id) FROM {}",
    "deep": "SELECT * FROM (WITH c AS (SELECT * FROM (SELECT * FROM {}) AS a) SELECT * FROM c) AS b",
}

OTHERS = [
    "SELECT id FROM sales ORDER BY (SELECT MAX(id) FROM {})", "SELECT id FROM sales LIMIT (SELECT MAX(id) FROM {})",
    "SELECT ARRAY(SELECT place FROM {}) AS x", "SELECT id FROM sales WHERE id = ANY (SELECT id FROM {})",
    "SELECT SUM(id) OVER (ORDER BY (SELECT MAX(id) FROM {})) AS x FROM sales",
    "SELECT id FROM sales QUALIFY ROW_NUMBER() OVER () <= (SELECT MAX(id) FROM {})",
    "SELECT * FROM (VALUES ((SELECT MAX(place) FROM {}))) AS v(x)", "SELECT COALESCE((SELECT MAX(place) FROM {}), '') AS x",
    "SELECT a.id FROM sales AS a JOIN sales AS b ON a.id = b.id AND a.id IN (SELECT id FROM {})",
    "SELECT * FROM sales AS s ASOF JOIN {} AS t ON s.id >= t.id", "SELECT * FROM sales POSITIONAL JOIN {}",
    "SELECT * FROM sales NATURAL JOIN {}", "SELECT * FROM (DESCRIBE {})", "SELECT * FROM (SUMMARIZE {})", "SELECT * FROM (SHOW {})",
    "SELECT * FROM query_table('{}')", "SELECT * FROM read_text('{}.csv')", "SELECT * FROM read_blob('{}.csv')",
    "SELECT * FROM scan_csv('{}.csv')", "SELECT * FROM parquet_schema('{}.csv')", "SELECT * FROM sniff_csv('{}.csv')",
    "SELECT read_csv('{}.csv')", "SELECT * FROM TABLE(read_csv('{}.csv'))", "SELECT * FROM LATERAL read_csv('{}.csv')",
    "SELECT * FROM data.main.{}", "SELECT * FROM main.{}", "SELECT {}.place FROM sales", "SELECT * FROM sales, {}.place",
    "SELECT * FROM (FROM {})", "SELECT * FROM (TABLE {})", "SELECT * FROM $1", "SELECT * FROM information_schema.{}",
]
"""More, of which the engine may not have all."""

HIDDEN = [
    # in SQL, what exists, what does not
    ("{}", "hr", "xy"),
    ("data.{}", "hr", "xy"),
    ('"{}"', "hr", "xy"),
    ('DATA."{}"', "HR", "XY"),
    ("'{}.csv'", "hr", "xy"),
    ('"{}.csv"', "hr", "xy"),
    ("'./{}.csv'", "hr", "xy"),
    ("'.//{}.csv'", "HR", "XY"),
    ("'{}/part.csv'", "payroll", "nothing"),
    ("'{}/sales.csv'", "payroll", "nothing"),
    ("'{}/'", "payroll", "nothing"),
    ("'{}/*.csv'", "payroll", "nothing"),
    ("'{}/**'", "payroll", "nothing"),
    ("'{}/**/sales.csv'", "payroll", "nothing"),
    ("{}", "payroll", "nothing"),
    ("read_csv('{}.csv')", "hr", "xy"),
    ("READ_CSV('{}.csv', header = true)", "hr", "xy"),
    ("read_csv(['sales.csv', '{}.csv'])", "hr", "xy"),
    ("read_csv('{}/*')", "payroll", "nothing"),
    ("read_csv('{}.txt')", "notes", "other"),
    ("read_csv('{}/year=2024/*.csv', hive_partitioning = true)", "payroll", "nothing"),
    ("'{}/year=2024/part.csv'", "payroll", "nothing"),
    ("'{}//year=*/./**'", "payroll", "nothing"),
]
FUNCTIONS = [
    ("read_parquet('{}.csv')", "hr", "xy"),
    ("read_json('{}.csv')", "hr", "xy"),
    ("read_ndjson('{}.csv')", "hr", "xy"),
    ("read_ipc('{}.csv')", "hr", "xy"),
    ("glob('{}.csv')", "hr", "xy"),
    ("glob('{}/*')", "payroll", "nothing"),
    ("glob(['sales.csv', '{}/**'])", "payroll", "nothing"),
    ("glob('{}/year=*')", "payroll", "nothing"),
    ("read_csv('{}/of_hr.sql')", "queries", "nothing"),
    ("{}", "alias", "xlias"),
    ("'{}/hr.csv'", "loop", "poop"),
    ("'{}/part.csv'", "way", "yaw"),
]


def tell_alike(about: Callable[[str], Answer], name: str, missing: str, code: str | None = None, shown=str) -> None:
    """The answer about what is not the principal's is that about what does not exist: but for its query id and the
    name, which is `shown` as this writes it."""
    told = []
    for asked in (name, missing):
        answer = about(asked)
        if code:
            problems.check(answer, code)
        else:
            assert answer.status in (400, 403, 404), answer.body
        told.append(answer.body.decode().replace(answer.json()["query_id"], "").replace(shown(asked), "NAME"))
    assert told[0] == told[1]


def same(client: Client, sql: str, name: str, missing: str) -> None:
    tell_alike(lambda table: ask(client, "sales", sql.format(table)), name, missing, "table_not_allowed")


@pytest.mark.parametrize("form", FORMS)
def test_every_form(shared: Client, form: str):
    assert ask(shared, "all", FORMS[form].format("hr")).status == 200, "no form that is run proves nothing"
    assert ask(shared, "sales", FORMS[form].format("sales")).status == 200
    for way, name, missing in HIDDEN:
        same(shared, FORMS[form].replace("{}", way), name, missing)


@pytest.mark.parametrize("form", OTHERS)
def test_other_forms(shared: Client, form: str):
    """Whatever becomes of them, it is the same for both, and no row of the other table is in it."""
    tell_alike(lambda name: ask(shared, "sales", form.format(name)), "hr", "xy")


@pytest.mark.parametrize("way, name, missing", FUNCTIONS)
def test_every_function_and_link(shared: Client, way: str, name: str, missing: str):
    same(shared, f"SELECT * FROM {way}", name, missing)


@pytest.mark.parametrize("statement", ["DESCRIBE {}", "SHOW {}", "SUMMARIZE {}", "PIVOT {} ON place USING COUNT(*)",
                                       "TABLE {}", "FROM {} SELECT place", "UNPIVOT {} ON place", "EXPLAIN FROM {}"])
def test_statements_about_a_table(shared: Client, statement: str):
    assert ask(shared, "all", statement.format("hr")).status == 200
    same(shared, statement, "hr", "xy")


@pytest.mark.parametrize("path", ["../outside.csv", "sales/../hr.csv", "sales_eu/../hr.csv", "/data/hr.csv", "file:hr.csv"])
def test_what_nobody_may_name(shared: Client, path: str):
    problems.check(ask(shared, "sales", f"SELECT * FROM '{path}'"), "path_not_allowed")


@pytest.mark.parametrize("hidden, missing", [
    ("h*.csv", "x*.csv"), ("[h]r.csv", "[x]r.csv"), ("?r.csv", "?x.csv"), ("h[r].csv", "x[r].csv"), ("*/part.cs[v]", "*/none.cs[v]"),
    ("pay*/*.csv", "xay*/*.csv"), ("pay*/**", "xay*/**"), ("a*.csv", "x*.csv"), ("l*/*.csv", "x*/*.csv"), ("w*/*.csv", "x*/*.csv"),
    ("**/hr.csv", "**/xr.csv"), ("**/payroll/**", "**/xayroll/**"), ("./**/**/hr.csv", "./**/**/xr.csv"),
    ("**/payroll/part.csv", "**/payroll/none.csv"), ("**/payroll/*.csv", "**/xayroll/*.csv"),
])
def test_a_glob_fits_what_is_there(shared: Client, hidden: str, missing: str):
    tell_alike(lambda glob: ask(shared, "sales", f"SELECT * FROM '{glob}'"), hidden, missing, "unknown_table")
    for glob in (hidden, missing):
        assert ask(shared, "sales", f"SELECT * FROM glob('{glob}')").json()["data"] == []


@pytest.mark.parametrize("glob, expected", [
    ("*.csv", {"Bergen", "Oslo"}), ("**/*.csv", {"Bergen", "Oslo", "Rome"}), ("**", {"Bergen", "Oslo", "Rome"}),
    ("*/**", {"Rome"}), ("*/*/part.csv", {"Rome"}), ("**/part.csv", {"Rome"}), ("**/sales.csv", {"Bergen", "Oslo"}),
    ("s*", {"Bergen", "Oslo"}),
])
def test_globs_leave_out_what_is_not_there(shared: Client, glob: str, expected: set[str]):
    assert places(shared, "sales", f"'{glob}'") == expected
    assert places(shared, "sales", f"read_csv('{glob}')") == expected
    files = ask(shared, "sales", f"SELECT * FROM glob('{glob}')").json()["data"]
    assert files and all(file["file"].startswith("sales") for file in files)


def test_its_own_tables(shared: Client):
    for name in ("sales", "SALES", "data.sales", '"sales"', "'sales.csv'", "'./sales.csv'", '"sales.csv"'):
        assert places(shared, "sales", name) == {"Bergen", "Oslo"}
    for name in ("sales_eu", "'sales_eu/'", "'sales_eu/2025/part.csv'", "'sales_eu/*/*.csv'", "'sales_*/**'"):
        assert places(shared, "sales", name) == {"Rome"}
    assert places(shared, "dotted", "read_csv('notes.txt')") == {"Paris"}


def test_common_table_expressions_hide_nothing_and_show_nothing(shared: Client):
    assert ask(shared, "sales", "WITH hr AS (SELECT 1 AS one) SELECT * FROM hr").json()["data"] == [{"one": 1}]
    sql = "SELECT * FROM (WITH {0} AS (SELECT 1 AS one) SELECT * FROM {0}) AS a, {0} AS b"
    tell_alike(lambda name: ask(shared, "sales", sql.format(name)), "hr", "xy")


# --- the catalog --------------------------------------------------------------------------------


@pytest.mark.parametrize("who, expected", [
    ("sales", ["sales", "sales_eu"]), ("nothing", []), ("other", ["hr", "ledger"]), ("dotted", []),
    ("all", ["alias", "hr", "hr", "ledger", "payroll", "sales", "sales_eu", "way"]),
])
def test_the_lists_of_tables(shared: Client, who: str, expected: list[str]):
    listed = [table["name"] for table in get(shared, who, "/tables").json()["tables"]]
    assert [name for name in listed if name not in ("chain", "linked", "loop")] == expected
    shown = [row["name"] for row in ask(shared, who, "SHOW TABLES").json()["data"]]
    assert shown == listed


@pytest.mark.parametrize("name, missing", [
    ("HR", "XY"), ("hr.csv", "xy.csv"), ("data.hr", "data.xy"), ("payroll%2Fpart", "nothing%2Fpart"), ("alias", "xlias"),
    (".%2Fhr", ".%2Fxy"), ("%5Bh%5Dr", "%5Bx%5Dy"), ("h*", "x*"), ("queries", "nothing"), ("hr%00", "xy%00"),
])
def test_names_in_a_url(shared: Client, name: str, missing: str):
    def about(table: str) -> Answer:
        answer = get(shared, "sales", f"/tables/{table}")
        assert SECRET.encode() not in answer.body
        return answer

    def shown(table: str) -> str:
        return json.dumps(table.replace("%2F", "/").replace("%5B", "[").replace("%5D", "]").replace("%00", "\\0"))[1:-1]

    tell_alike(about, name, missing, shown=shown)


def test_a_table_by_its_name(shared: Client):
    assert get(shared, "sales", "/tables/sales").json()["files"] == [{"path": "sales.csv", "bytes": 25}]
    tell_alike(lambda name: get(shared, "sales", f"/tables/{name}"), "hr", "xy", "table_not_allowed")
    problems.check(get(shared, "sales", "/tables/sales_us"), "unknown_table")


def test_suggestions(shared: Client):
    detail = problems.check(ask(shared, "sales", "SELECT * FROM sales_us"), "unknown_table")["detail"]
    assert "known tables: sales, sales_eu" in detail and "hr" not in detail and "payroll" not in detail
    for table in ("sales_us", "nowhere.sales_us", "other.sales_us"):
        text = ask(shared, "sales", f"SELECT * FROM {table}").body.decode()
        assert "hr" not in text.replace("Bergen", "") and "payroll" not in text and "ledger" not in text


def test_roots(shared: Client):
    """A pattern with a root is of that root alone, and one without is of names, not of roots."""
    assert places(shared, "other", "hr") == {"Lima"}
    assert places(shared, "other", "other.hr") == places(shared, "other", "'hr.csv'") == {"Lima"}
    assert places(shared, "other", "'*.csv'") == {"Lima", "Quito"}
    problems.check(ask(shared, "other", "SELECT * FROM data.hr"), "table_not_allowed")
    for path in ("payroll/part.csv", "nothing/part.csv"):  # as a path they could be of the root `other`
        problems.check(ask(shared, "other", f"SELECT * FROM '{path}'"), "unknown_table")
    for name in ("other.hr", "nowhere.hr", "other.nothing"):
        problems.check(ask(shared, "sales", f"SELECT * FROM {name}"), "table_not_allowed")
    for name in ("sales", "'sales.csv'", "'sales_eu/'"):
        problems.check(ask(shared, "nothing", f"SELECT * FROM {name}"), "table_not_allowed")
    assert ask(shared, "nothing", "SELECT 1 AS one").status == 200


def test_saved_queries(shared: Client):
    """They are there with the table `queries`, and run with the tables of whoever asks."""
    def saved(who: str) -> list[str]:
        return [query["name"] for query in get(shared, who, "/queries").json()["queries"]]

    others = ["of_any", "of_hr", "of_sales", "of_xy", "people", "places"]
    assert saved("all") == ["linked", *others]
    assert saved("asker") == others
    assert saved("sales") == []
    for answer in (get(shared, "asker", "/queries/places"), get(shared, "all", "/queries/people")):
        assert answer.status == 200, answer.body
    problems.check(get(shared, "asker", "/queries/people"), "table_not_allowed")
    tell_alike(lambda name: get(shared, "sales", f"/queries/{name}"), "people", "nobody", "unknown_query")
    document = get(shared, "sales", "/openapi.json").body
    assert b"/queries/people" not in document and b"Who is paid" not in document


def test_whether_there_is_a_root_is_not_told(shared: Client):
    # as long, so that columns are the same
    tell_alike(lambda root: ask(shared, "sales", f"SELECT * FROM {root}.sales_us"), "other", "elsew", "unknown_table")


# --- what stands between ------------------------------------------------------------------------


def test_a_tag_opens_nothing(shared: Client):
    path = f"/query?sql={quote('SELECT place FROM hr')}"
    tag = get(shared, "all", path).headers["ETag"]
    assert tag
    for value in (tag, "*"):
        answer = shared.get(path, X_API_Key="key-sales", If_None_Match=value)
        problems.check(answer, "table_not_allowed")
        assert answer.headers["ETag"] is None


def test_a_saved_query_reads_what_its_caller_may(shared: Client):
    assert {row["place"] for row in get(shared, "asker", "/queries/of_sales").json()["data"]} == {"Bergen", "Oslo"}
    assert get(shared, "all", "/queries/of_hr").json()["data"] == [{"place": SECRET}] * 2
    tell_alike(lambda name: get(shared, "asker", f"/queries/of_{name}"), "hr", "xy", "table_not_allowed")


def test_a_path_as_a_parameter(shared: Client):
    """Whether or not a parameter can be one."""
    for file in ("hr.csv", "./hr.csv", "payroll/part.csv", "[h]r.csv", "alias.csv"):
        answer = get(shared, "asker", f"/queries/of_any?file={quote(file)}")
        assert answer.status >= 400 and SECRET.encode() not in answer.body


def test_a_table_of_the_request_shows_no_other(shared: Client):
    def send(sql: str) -> Answer:
        headers = {"Content-Type": "text/csv", "X-API-Key": "key-sales"}
        return shared.request("POST", f"/query?sql={quote(sql)}", "id,place\n1,Turin\n", headers)

    assert send("FROM input").json()["data"] == [{"id": 1, "place": "Turin"}]
    for sql in ("SELECT * FROM input JOIN {} USING (id)", "SELECT * FROM input, '{}.csv'", "FROM data.{}", "FROM input_{}"):
        tell_alike(lambda name: send(sql.format(name)), "hr", "xy", "table_not_allowed")


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [
    "'alias.csv'", "'linked/bad.csv'", "'linked/gone.csv'", "'linked/*.csv'", "'linked/'", "'linked/**/*.csv'", "'way/'",
    "'way/part.csv'", "'loop/hr.csv'", "'loop/payroll/part.csv'", "'loop/loop/hr.csv'", "'chain/part.csv'",
    "'linked/over/part.csv'", "'linked/over/*.csv'", "read_csv('linked/bad.csv')", "read_csv(['sales.csv', 'alias.csv'])",
])
def test_a_link_shows_no_other_table(shared: Client, table: str):
    """Its name is the principal's, and where it leads is not."""
    problems.check(ask(shared, "links", f"SELECT * FROM {table}"), "table_not_allowed")


@pytest.mark.parametrize("table", ["alias", "way", "data.alias", "loop", "chain", "'al*.csv'", "'w*/*.csv'", "'loo*/*.csv'"])
def test_a_link_at_the_top_to_another_table_is_not_there(shared: Client, table: str):
    problems.check(ask(shared, "links", f"SELECT * FROM {table}"), "unknown_table")


def test_a_link_to_what_is_there_is_followed(shared: Client):
    assert places(shared, "links", "'linked/fine.csv'") == {"Bergen", "Oslo"}
    assert places(shared, "links", "'linked/good.csv'") == {"Vienna"}
    assert places(shared, "all", "alias") == places(shared, "all", "'way/part.csv'") == {SECRET}


def test_files_of_other_kinds_behind_a_glob(shared: Client):
    """A function that reads files whatever they are called reads no other's either."""
    for path in ("**/queries/of_hr.sql", "**/hr.csv", "**/notes.txt"):
        problems.check(ask(shared, "sales", f"SELECT * FROM read_csv('{path}')"), "unknown_table")
