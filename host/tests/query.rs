//! `polaroid query`, as a shell sees it.

mod support;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use support::server::within;
use support::{bare_polaroid, polaroid, run};

/// A data directory with the Arrow stream that the test component answers with.
fn data(rows: i64) -> tempfile::TempDir {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    data_of(&RecordBatch::try_from_iter([("n", column)]).unwrap())
}

fn data_of(batch: &RecordBatch) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(dir.path().join("answer.arrow")).unwrap();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(file, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    dir
}

fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn a_table_is_drawn_from_the_arrow_stream() {
    let data = data(3);
    let (stdout, stderr, code) = run(polaroid().args(["query", "--dir"]).arg(data.path()).arg("rows"));
    let expected = "\
┌────────┐
│      n │
│ bigint │
├────────┤
│      0 │
│      1 │
│      2 │
└────────┘
3 rows
";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (expected, "", 0));

    let (stdout, ..) = run(polaroid().args(["query", "--rows", "2", "--dir"]).arg(data.path()).arg("rows"));
    assert!(stdout.ends_with("3 rows, 2 shown\n"), "{stdout}");
}

#[test]
fn the_component_gets_the_sql_and_the_format() {
    for (format, name) in [("json", "json"), ("ndjson", "ndjson"), ("csv", "csv"), ("parquet", "parquet")] {
        let sql = "SELECT 'echo', \"quoted\", '\u{e9}'";
        let (stdout, _, code) = run(polaroid().args(["query", "--format", format, sql]));
        let got: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((got, code), (serde_json::json!({"sql": sql, "format": name}), 0));
    }
}

/// `polaroid query` with `args`, and `sql` on its standard input.
fn piped(args: &[&str], sql: &[u8]) -> (String, String, i32) {
    let mut query = polaroid();
    query.arg("query").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = query.spawn().unwrap();
    // Not read where the command line is wrong.
    let _ = child.stdin.take().unwrap().write_all(sql);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code().unwrap())
}

#[test]
fn sql_comes_from_standard_input_for_a_dash_or_nothing() {
    for args in [&["--format", "json", "-"][..], &["--format", "json"]] {
        let (stdout, stderr, code) = piped(args, b"SELECT\n'echo'");
        let got: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((&got["sql"], &*stderr, code), (&"SELECT\n'echo'".into(), "", 0));
    }
    for (sql, seen) in [(&b" \n"[..], "no SQL on standard input"), (b"SELECT '\xff'", "UTF-8")] {
        let (_, stderr, code) = piped(&[], sql);
        assert!(code == 2 && stderr.contains(seen), "{stderr}");
    }
}

#[test]
fn sql_comes_from_a_file_and_not_from_two_places() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.sql");
    std::fs::write(&file, "SELECT *\nFROM 'echo'\n").unwrap();
    let file = file.to_str().unwrap();
    // Standard input is not looked at.
    let (stdout, stderr, code) = piped(&["--format", "json", "--file", file], b"SELECT 'other'");
    let got: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&got["sql"], &*stderr, code), (&"SELECT *\nFROM 'echo'\n".into(), "", 0));

    let missing = format!("{file}.old");
    for (args, seen) in [
        (&["query", "--file", file, "SELECT 1"][..], "cannot be used with"),
        (&["query", "--file", &missing], "report.sql.old"),
        (&["query", "--file", dir.path().to_str().unwrap()], "accepted is a file"),
    ] {
        let (_, stderr, code) = run(polaroid().args(args));
        assert!(code == 2 && stderr.contains(seen), "{args:?}: {stderr}");
    }
    // An error of the query shows the line of the file.
    std::fs::write(file, "SELECT * FORM problem\n").unwrap();
    let (_, stderr, code) = run(polaroid().args(["query", "--file", file]));
    assert!(code == 1 && stderr.contains("SELECT * FORM problem\n           ^\n"), "{stderr}");
}

#[test]
fn placeholders_get_their_values_as_they_are() {
    for params in ["[1, null, \"a\"]", "{\"least\": 35, \"day\": \"2026-11-27\"}", "[]"] {
        let (stdout, stderr, code) =
            run(polaroid().args(["query", "--format", "json", "--params", params, "SELECT 'echo', $1"]));
        let got: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let expected: serde_json::Value = serde_json::from_str(params).unwrap();
        assert_eq!((&got["params"], &*stderr, code), (&expected, "", 0));
    }
    for params in ["5", "[1", "least=5", ""] {
        let (stdout, stderr, code) = run(polaroid().args(["query", "--params", params, "SELECT 'echo', $1"]));
        assert!(code == 2 && stdout.is_empty() && stderr.contains("--params"), "{params:?}: {stderr}");
    }
}

#[test]
fn what_took_how_long_is_said_beside_the_answer() {
    let query = |sql: &str| run(polaroid().args(["query", "--format", "json", "--timing", sql]));
    let (stdout, stderr, code) = query("SELECT 'timed'");
    let got: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&got["sql"], code), (&"SELECT 'timed'".into(), 0));
    let lines: Vec<(&str, &str)> =
        stderr.lines().map(|line| line.split_at(13)).map(|(name, value)| (name.trim(), value)).collect();
    let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
    let always = ["load", "start", "first bytes", "total", "processor", "memory peak", "answer"];
    assert_eq!(names, [&always[..], &["rows", "read", "component"]].concat(), "{stderr}");
    assert!(lines[..5].iter().all(|(_, value)| value.ends_with(" ms")), "{stderr}");
    // The component's own figures.
    let component =
        "receive 1.0 ms, parse 2.0 ms, plan 8.0 ms, first batch 4.0 ms, send 3.0 ms, total 20.0 ms";
    assert_eq!(lines[7..], [("rows", "5"), ("read", "123 B in 4 ranges"), ("component", component)]);
    assert_eq!(lines[6].1, format!("{} B", stdout.len()));

    // One that says nothing of itself; and a query that failed has no figures.
    let (_, stderr, code) = query("SELECT 'echo'");
    assert_eq!((stderr.lines().count(), code), (always.len(), 0), "{stderr}");
    let (_, stderr, code) = query("SELECT * FROM nowhere");
    assert!(code == 1 && !stderr.contains("total"), "{stderr}");
}

#[test]
fn a_table_fits_the_terminal_and_is_whole_in_a_file() {
    let column = |at: usize| -> (String, ArrayRef) {
        (format!("column_{at}"), Arc::new(StringArray::from(vec!["x".repeat(30)])))
    };
    let data = data_of(&RecordBatch::try_from_iter((0..9).map(column)).unwrap());
    let draw = |columns: &str, args: &[&str]| {
        let mut query = polaroid();
        run(query.args(["query", "--dir"]).arg(data.path()).arg("rows").args(args).env("COLUMNS", columns))
    };
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    const WHOLE: usize = 9 * 33 + 1;
    for (columns, shown) in [(40, "; 9 columns, 3 shown\n"), (80, "; 9 columns, 6 shown\n"), (200, "1 row\n")]
    {
        let (stdout, stderr, code) = draw(&columns.to_string(), &[]);
        assert_eq!((&*stderr, code), ("", 0));
        assert!(widest(&stdout) <= columns && stdout.ends_with(shown), "{stdout}");
        assert!(stdout.contains("xxx…") && stdout.contains(" colum"), "{stdout}");
    }
    // Wide enough, and no width at all: standard output is no terminal here.
    for columns in ["1000", "0", "", "wide"] {
        assert_eq!(widest(&draw(columns, &[]).0), WHOLE, "{columns:?}");
    }
    let file = data.path().join("answer.txt");
    assert_eq!(draw("40", &["-o", file.to_str().unwrap()]), (String::new(), String::new(), 0));
    assert_eq!(widest(&std::fs::read_to_string(file).unwrap()), WHOLE);
}

#[test]
fn bytes_pass_through_as_they_are() {
    let data = data(1000);
    let original = std::fs::read(data.path().join("answer.arrow")).unwrap();
    let mut query = polaroid();
    query.args(["query", "--dir"]).arg(data.path());
    let piped = query.args(["--format", "arrow", "rows"]).output().unwrap();
    assert_eq!(piped.stdout, original);

    let target = data.path().join("copy.arrow");
    let mut query = polaroid();
    query.args(["query", "--dir"]).arg(data.path()).arg("-o").arg(&target).arg("rows");
    assert_eq!(run(&mut query), (String::new(), String::new(), 0));
    assert_eq!(std::fs::read(target).unwrap(), original);
}

#[test]
fn an_error_of_the_component_is_explained_on_stderr() {
    let (stdout, stderr, code) = run(polaroid().args(["query", "SELECT * FORM problem"]));
    assert_eq!((stdout.as_str(), code), ("", 1));
    let expected = "\
polaroid: invalid_sql: seen FORM, accepted is FROM
  at line 1, column 10:
  SELECT * FORM problem
           ^
";
    assert_eq!(stderr, expected);
    let (_, stderr, code) = run(polaroid().args(["query", "SELECT * FROM nowhere"]));
    assert!(code == 1 && stderr.contains("unknown_table") && stderr.contains("--dir DIR"), "{stderr}");
}

#[test]
fn half_an_answer_is_an_error_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("answer.csv");
    std::fs::write(&target, "from before").unwrap();
    let (_, stderr, code) = run(polaroid().args(["query", "-o"]).arg(&target).arg("cut"));
    assert_eq!(code, 1);
    assert!(stderr.contains("cut short") && stderr.contains("unreachable"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "from before");
    assert_eq!(files(dir.path()), ["answer.csv"]);

    let (stdout, stderr, code) = run(polaroid().args(["query", "--format", "csv", "cut"]));
    assert_eq!((stdout.as_str(), code), ("the beginning", 1), "{stderr}");
    let (stdout, stderr, code) = run(polaroid().args(["query", "trap"]));
    assert_eq!((stdout.as_str(), code), ("", 1));
    assert!(stderr.contains("trapped") && stderr.contains("unreachable"), "{stderr}");
}

#[test]
fn a_signal_removes_what_was_written() {
    for (signal, expected) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("answer.csv");
        let mut child = polaroid().args(["query", "-o"]).arg(&target).arg("endless").spawn().unwrap();
        let begun = within(Duration::from_secs(120), || (!files(dir.path()).is_empty()).then_some(()));
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        assert!(begun.is_some(), "nothing was written");
        assert_eq!(status.code(), Some(expected));
        assert_eq!(files(dir.path()), [""; 0]);
    }
}

/// A FIFO, which stands for all that is no regular file.
fn fifo(dir: &Path) -> PathBuf {
    let path = dir.join("fifo");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[test]
fn what_is_no_regular_file_is_written_and_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = fifo(dir.path());
    let link = dir.path().join("link");
    symlink(&fifo, &link).unwrap();
    for target in [&fifo, &link] {
        let mut query = polaroid();
        query.args(["query", "--format", "json", "-o"]).arg(target).arg("SELECT 'echo'");
        let child = query.spawn().unwrap();
        let got: serde_json::Value = serde_json::from_slice(&std::fs::read(&fifo).unwrap()).unwrap();
        assert!(child.wait_with_output().unwrap().status.success());
        assert_eq!(got["sql"], "SELECT 'echo'");
        assert!(fifo.symlink_metadata().unwrap().file_type().is_fifo());
        assert!(link.is_symlink());
    }
    assert_eq!(files(dir.path()).len(), 2);
}

#[test]
fn waiting_for_the_reader_of_a_fifo_can_be_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    let mut query = polaroid();
    let mut child =
        query.args(["query", "--format", "json", "-o"]).arg(fifo(dir.path())).arg("echo").spawn().unwrap();
    let status = || std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    // Bit 1 of the signals that are caught is SIGINT.
    let listens = || {
        let caught = status().lines().find_map(|line| line.strip_prefix("SigCgt:").map(str::to_owned))?;
        (u64::from_str_radix(caught.trim(), 16).unwrap() & 2 != 0).then_some(())
    };
    within(Duration::from_secs(120), listens).unwrap();
    // By now it most likely waits; were it not there yet, the test would pass as well.
    std::thread::sleep(Duration::from_millis(300));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = within(Duration::from_secs(10), || child.try_wait().unwrap());
    if ended.is_none() {
        child.kill().unwrap();
    }
    assert_eq!(ended.expect("it still waits").code(), Some(130));
}

#[test]
fn a_link_stays_and_its_file_is_replaced_when_the_answer_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real.json"), dir.path().join("link.json"));
    symlink("real.json", &link).unwrap();
    let query = |sql: &str| run(polaroid().args(["query", "-o"]).arg(&link).arg(sql));
    // Twice: the link leads to nothing at first.
    for sql in ["SELECT 'echo' AS first", "SELECT 'echo' AS second"] {
        assert_eq!(query(sql), (String::new(), String::new(), 0));
        assert!(link.is_symlink() && !real.is_symlink());
        let got: serde_json::Value = serde_json::from_slice(&std::fs::read(&real).unwrap()).unwrap();
        assert_eq!(got["sql"], sql);
    }
    let before = std::fs::read(&real).unwrap();
    assert_eq!(query("cut").2, 1);
    assert_eq!(std::fs::read(&real).unwrap(), before);
    assert_eq!(files(dir.path()).len(), 2);
}

#[test]
fn standard_output_by_its_name_is_standard_output() {
    let by_name = run(polaroid().args(["query", "--format", "json", "-o", "/dev/stdout", "echo"]));
    assert_eq!(by_name, run(polaroid().args(["query", "--format", "json", "echo"])));
    assert_eq!(by_name.2, 0);
}

#[test]
fn an_output_that_cannot_be_is_refused_before_the_query_runs() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing/a.csv");
    for target in [dir.path(), &missing] {
        let mut query = bare_polaroid();
        query.args(["query", "--component", "/nowhere", "--format", "csv", "-o"]).arg(target).arg("echo");
        let (_, stderr, code) = run(&mut query);
        assert!(code == 1 && stderr.contains(target.to_str().unwrap()), "{stderr}");
    }
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let mut child =
        polaroid().args(["query", "--format", "csv", "endless"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_mean_anything_is_a_usage_error() {
    for (args, seen) in [
        (&["query"][..], "SQL"),
        (&["query", "--format", "xml", "SELECT 1"], "possible values"),
        (&["query", "--dir", "/nowhere/at/all", "SELECT 1"], "/nowhere/at/all"),
        (&["query", "-o", "answer", "SELECT 1"], "--format"),
        (&["query", "--env", "NOT_SET_ANYWHERE", "SELECT 1"], "NOT_SET_ANYWHERE=VALUE"),
        (&["serve", "--addr", "nonsense"], "HOST:PORT"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let (_, stderr, code) = run(polaroid().args(args));
        assert_eq!(code, 2, "{args:?}: {stderr}");
        assert!(stderr.contains(seen), "{args:?}: {stderr}");
    }
    // Empty is what a variable that was meant to be set often is.
    for port in ["http", "", "65536", "-1", "80 "] {
        let (_, stderr, code) = run(bare_polaroid().arg("serve").env("PORT", port));
        assert!(code == 2 && stderr.contains("PORT") && stderr.contains("0 to 65535"), "{port:?}: {stderr}");
    }
}

#[test]
fn help_teaches_by_examples() {
    for command in [&["--help"][..], &["query", "--help"], &["serve", "--help"], &["compile", "--help"]] {
        let (stdout, _, code) = run(polaroid().args(command));
        assert!(code == 0 && stdout.contains("Examples:\n  polaroid "), "{command:?}: {stdout}");
    }
}

#[test]
fn help_fits_the_terminal_and_has_no_long_lines() {
    for command in ["serve", "query", "compile", "config", "completions"] {
        let widest = |columns: &str| {
            let (stdout, ..) = run(polaroid().args([command, "--help"]).env("COLUMNS", columns));
            stdout.lines().map(|line| line.chars().count()).max().unwrap()
        };
        assert!((41..=60).contains(&widest("60")), "{command}");
        assert!((61..=100).contains(&widest("100")), "{command}");
        assert_eq!(widest("200"), widest("100"), "{command}");
    }
}
