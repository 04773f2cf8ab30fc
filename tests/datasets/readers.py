"""`readers/`: what table functions have options for. Small files, written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from . import copies

CSV = {
    # a value that is no number, an empty field, an empty text
    "mixed.csv": 'id,name,flag\n1,one,true\nx,two,false\n3,,t\n4,four,no\n',
    "numbers.csv": "kind,value\nplain,1\nspaces, 2 \nfraction,2.5\nexponent,1e2\nsign,+3\nnegative,-1.5\n",
    "dates.csv": "id;d;t\n1;31/01/2024;31/01/2024 10:00\n2;29/02/2024;29/02/2024 23:59\n3;;\n",
    "twodates.csv": "id;d\n1;31/01/2024\n2;2024-02-01\n",
    "digits.csv": "day,n\n20240131,1\n20240201,2\n",
    "iso.csv": "d,t,z\n2024-01-31,2024-01-31 10:00:00,2024-01-31T10:00:00+02\n2024-02-01,2024-02-01 00:00:00.25,2024-02-01 00:00:00Z\n",
    "nulls.csv": 'a,b\nNA,x\n1,-\n,z\n"NA",w\n',
    "quoted.csv": 'a,b\n"",x\n,y\n',
    "comma.csv": "p;q;r\n1,5;2;10,25\n2,25;3;-0,5\n",
    "ragged.csv": "a,b,c\n1,2,3\n6,7,8,9\n10,11,12,\n13,,\n",
    "short.csv": "a,b,c\n1,2,3\n4,5\n",
    "noheader.csv": "1,one\n2,two\n",
    "preface.csv": "written by hand\n\na,b\n1,2\n",
    "comment.csv": "# first\na,b\n1,2\n# second\n3,4\n",
    "semicolon.csv": "a;b\n1;x, y\n",
    "tab.csv": "a\tb\n1\tx, y\n",
    "pipe.csv": "a|b\n1|x, y\n",
    "quotedcomma.csv": '"a,b";c\n1;2\n',
    "single.csv": "a,b\n'x, y',1\n",
    "union/1.csv": "a,b\n1,2\n",
    "union/2.csv": "b,c\n3,x\n",
    "union/3.csv": "b,a\n5,6.5\n",
    "order/1.csv": "a,b\n1,2\n",
    "order/2.csv": "b,a\n5,6\n",
    "part/year=2024/m=01/p.csv": "a,b\n1,x\n",
    "part/year=2025/m=02/p.csv": "a,b\n2,y\n",
}

JSON = {
    "array.json": '[{"a":1,"b":"x"},\n {"a":2,\n  "b":"y, [\\"}"},\n {"b":null,"a":3}]\n',
    "empty.json": "[]",
    "notarray.json": '[1, 2]\n',
    "cut.json": '[{"a":1},\n',
    "typed.ndjson": '{"a":1.5,"b":"7","c":true,"d":"31/01/2024","l":[1,2],"s":{"x":1}}\n{"a":2,"b":null}\n',
    "misfit.ndjson": '{"a":1,"b":"x"}\n{"a":"y","b":"z"}\n',
    "more/1.ndjson": '{"a":1,"d":"2024-01-31"}\n{"a":2}\n',
    "more/2.ndjson": '{"b":5,"e":1.5}\n',
    "more/3.json": '[{"a":2.5,"b":6}]',
}


def write(data: Path) -> None:
    root = data / "readers"
    for name, text in (CSV | JSON).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("dates.csv", "array.json", "semicolon.csv"):
        copies.compress(root / name, "gz")
        copies.compress(root / name, "zst")
    # past the rows that types are told from, a value of another type; and an array that is more than one buffer
    (root / "late.csv").write_text("n,t\n" + "".join(f"{n},x{n}\n" for n in range(3000)) + "late,x\n3001,y\n")
    (root / "long.json").write_text(json.dumps([{"n": n, "t": "x" * (n % 50)} for n in range(20_000)], indent=1))
    tables = {
        "union/1": {"a": [7], "b": ["q"]},
        "union/2": {"a": [1.5], "c": [True]},
        "union/3": {"b": ["r"], "a": [8]},
        "part/year=2024/m=01/p": {"a": [1, 2], "b": ["x", "y"]},
        "part/year=2025/m=02/p": {"a": [3], "b": ["z"]},
    }
    for name, columns in tables.items():
        for format in ("parquet", "arrow"):
            copies.write(pa.table(columns), root / f"{name}.{format}", format)
