//! An Arrow answer of the running binary, read by arrow-rs: a second reader beside pyarrow.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray, types::Int64Type,
};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::FileWriter;
use arrow_schema::DataType;

/// `polaroid serve` over a directory, stopped when dropped.
struct Server {
    process: Child,
    address: String,
    _data: tempfile::TempDir,
}

impl Server {
    fn start(batch: &RecordBatch) -> Self {
        let data = tempfile::tempdir().expect("a temporary directory");
        let file = std::fs::File::create(data.path().join("sample.arrow")).expect("a file");
        let mut writer = FileWriter::try_new(file, &batch.schema()).expect("a writer");
        writer.write(batch).expect("a batch");
        writer.finish().expect("a footer");

        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let binary = std::env::var_os("POLAROID_BIN")
            .map_or_else(|| beside_this_test().join("polaroid"), PathBuf::from);
        let component = std::env::var_os("POLAROID_WASM")
            .map_or_else(|| repository.join("target/component/polaroid.wasm"), PathBuf::from);
        let mut process = Command::new(&binary)
            .args(["serve", "--addr", "127.0.0.1:0", "--component"])
            .arg(component)
            .arg("--dir")
            .arg(data.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; build it first", binary.display()));
        let mut log = BufReader::new(process.stderr.take().expect("stderr is piped"));
        let mut seen = String::new();
        let address = loop {
            let start = seen.len();
            assert_ne!(log.read_line(&mut seen).expect("stderr is text"), 0, "the server ended:\n{seen}");
            if let Some((_, address)) = seen[start..].trim_end().split_once("listening on ") {
                break address.to_string();
            }
        };
        // whatever else it says must not fill the pipe
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let mut server = Self { process, address, _data: data };
        server.wait();
        server
    }

    /// Until the component is loaded, which takes a minute where it has to be compiled first.
    fn wait(&mut self) {
        while ureq::get(format!("{}/readyz", self.address)).call().is_err() {
            let ended = self.process.try_wait().expect("the server is a child");
            assert!(ended.is_none(), "the server ended: {ended:?}");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    fn query(&self, sql: &str) -> (String, Vec<u8>) {
        let mut answer = ureq::post(format!("{}/query?format=arrow", self.address))
            .content_type("application/sql")
            .send(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let mut body = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut body).expect("the whole body");
        let id = answer.headers()["x-query-id"].to_str().expect("a text id").to_string();
        (id, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().expect("the server was running");
        self.process.wait().expect("the server ends");
    }
}

/// `target/release`, from `target/release/deps/TEST`.
fn beside_this_test() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    test.ancestors().nth(2).expect("it lies in deps/").to_path_buf()
}

fn sample() -> RecordBatch {
    let columns: [(&str, ArrayRef); 7] = [
        ("id", Arc::new(Int64Array::from_iter_values(0..5_000))),
        (
            "half",
            Arc::new(Float64Array::from_iter((0..5_000).map(|n| (n % 3 > 0).then_some(f64::from(n) / 2.0)))),
        ),
        (
            "name",
            Arc::new(StringArray::from_iter((0..5_000).map(|n| (n % 5 > 0).then(|| format!("näme {n}"))))),
        ),
        ("even", Arc::new(BooleanArray::from_iter((0..5_000).map(|n| Some(n % 2 == 0))))),
        (
            "price",
            Arc::new(
                Decimal128Array::from_iter_values((0..5_000).map(|n| n * 1_000_000_007))
                    .with_precision_and_scale(38, 10)
                    .expect("it fits"),
            ),
        ),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values((0..5_000).map(|n| n * 1_001))
                    .with_timezone("UTC"),
            ),
        ),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(
                (0..5_000).map(|n| (n % 7 > 0).then(|| (0..n % 4).map(Some).collect::<Vec<_>>())),
            )),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
        .expect("equal lengths")
}

#[test]
fn arrow_rs_reads_the_answers() {
    let batch = sample();
    let server = Server::start(&batch);
    let (first_id, body) = server.query("SELECT id, half, even, price FROM sample");
    let batches: Vec<_> = read(&body).collect();
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 5_000);
    let mut start = 0;
    for got in &batches {
        let want = batch.slice(start, got.num_rows());
        for name in ["id", "half", "even", "price"] {
            assert_eq!(got[name].to_data(), want[name].to_data(), "{name} from row {start}");
        }
        start += got.num_rows();
    }

    let (second_id, body) = server.query("SELECT SUM(price) AS s, COUNT(name) AS n FROM sample WHERE even");
    let batches: Vec<_> = read(&body).collect();
    assert_eq!(batches.len(), 1);
    let sum = batches[0]["s"].as_any().downcast_ref::<Decimal128Array>().expect("a decimal");
    // 0 + 2 + … + 4998
    assert_eq!((sum.value(0), sum.scale()), (2_499 * 2_500 * 1_000_000_007, 10));
    assert_ne!(first_id, second_id);
}

#[test]
fn the_schema_of_an_empty_answer_is_complete() {
    let server = Server::start(&sample());
    let (_, body) = server.query("SELECT * FROM sample WHERE id < 0");
    let schema = StreamReader::try_new(body.as_slice(), None).expect("a stream").schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["id", "half", "name", "even", "price", "at", "list"]);
    assert_eq!(schema.field(4).data_type(), &DataType::Decimal128(38, 10));
    assert!(matches!(schema.field(5).data_type(), DataType::Timestamp(_, Some(zone)) if &**zone == "UTC"));
    assert_eq!(read(&body).map(|batch| batch.num_rows()).sum::<usize>(), 0);
}

/// Every batch; a stream that was cut ends in an error, not early.
fn read(body: &[u8]) -> impl Iterator<Item = RecordBatch> + '_ {
    StreamReader::try_new(body, None).expect("a stream").map(|batch| batch.expect("a whole batch"))
}
