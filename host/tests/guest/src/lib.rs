//! A wasi:http component that does what the path says, well or badly.
//!
//! `POST /query` takes its orders from the SQL text, since that is what `polaroid query` can send.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use wasip2::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingRequest, OutgoingResponse, RequestOptions,
    ResponseOutparam, Scheme,
};
use wasip2::io::streams::OutputStream;

/// What the component says when an answer is over, with a stage of a version to come.
const ANSWERED: &str = concat!(
    r#"{"event":"answered","status":200,"rows":5,"bytes_read":123,"ranges_read":4,"stages":{"receive_ms":1.0,"#,
    r#""parse_ms":2.0,"plan_ms":8.0,"first_batch_ms":4.0,"send_ms":3.0,"total_ms":20.0,"new_ms":6.0}}"#,
);

static COUNT: AtomicU32 = AtomicU32::new(0);

struct Guest;

wasip2::http::proxy::export!(Guest with_types_in wasip2);

impl wasip2::exports::http::incoming_handler::Guest for Guest {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        match path.as_str() {
            "/query" => query(&read_body(&request), out),
            "/echo" => whole(out, 200, &read_body(&request)),
            "/query-id" => {
                let ids = request.headers().get(&"x-query-id".to_owned());
                whole(out, 200, &ids.concat());
            }
            // The trace that it is told to belong to.
            "/trace" => {
                let headers = request.headers();
                let [parent, state] = ["traceparent", "tracestate"].map(|name| headers.get(&name.to_owned()));
                whole(out, 200, &[parent.concat(), state.concat()].join(&b'\n'));
            }
            // Says of itself what the component does; the SQL only if it is asked for.
            "/records" => {
                let sql = match std::env::var_os("POLAROID_RECORD_SQL") {
                    Some(_) => r#","sql":"SELECT 'secret\nlistening on http://evil'""#,
                    None => "",
                };
                println!(r#"{{"event":"accepted","principal":"ci","sql_hash":"0123456789abcdef"{sql}}}"#);
                // More than the stages take together.
                std::thread::sleep(Duration::from_millis(25));
                whole(out, 200, b"twelve bytes");
                println!("{ANSWERED}");
            }
            // How many requests this instance has counted.
            "/count" => {
                let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
                whole(out, 200, count.to_string().as_bytes());
            }
            // Is large from here on.
            "/grow" => {
                std::mem::forget(Vec::<u8>::with_capacity(48 << 20));
                whole(out, 200, b"grown");
            }
            "/stream" => {
                let mut answer = Answer::start(out, None);
                for _ in 0..64 {
                    answer.write(&[b'x'; 64 << 10]);
                }
                answer.finish();
            }
            // Says on stderr how far it is, so that a test sees back-pressure and a stop.
            "/endless" => {
                let mut answer = Answer::start(out, None);
                for written in 0u64.. {
                    answer.write(&[b'x'; 64 << 10]);
                    eprintln!("written {written}");
                }
            }
            "/slow" => {
                let mut answer = Answer::start(out, None);
                for part in 0..3 {
                    answer.write(format!("part {part}\n").as_bytes());
                    std::thread::sleep(Duration::from_millis(300));
                }
                answer.finish();
            }
            "/trap" => panic!("before the answer"),
            "/trap-in-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"the beginning");
                panic!("in the body");
            }
            "/overflow-in-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"the beginning");
                eprintln!("{}", deeper(1));
            }
            "/trap-after-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"all of it");
                answer.finish();
                panic!("after the body");
            }
            "/drop-body" => Answer::start(out, None).write(b"the beginning"),
            "/leak-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"the beginning");
                std::mem::forget(answer);
            }
            "/known-length" => {
                let mut answer = Answer::start(out, Some(5));
                answer.write(b"12345");
                answer.finish();
            }
            "/short-of-length" => {
                let mut answer = Answer::start(out, Some(10));
                answer.write(b"12345");
                answer.finish();
            }
            "/no-answer" => {}
            "/loop" => spin(),
            "/loop-in-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"the beginning");
                spin()
            }
            "/wait" => std::thread::sleep(Duration::from_secs(3600)),
            // Asks for a deadline of its own, as the component does.
            "/loop-with-timeout" => {
                println!(r#"{{"event":"accepted","timeout_ms":200}}"#);
                spin()
            }
            "/memory" => exhaust(),
            "/memory-in-body" => {
                let mut answer = Answer::start(out, None);
                answer.write(b"the beginning");
                // Still open when the guest dies of it.
                exhaust()
            }
            "/memory-with-care" => {
                let refused = Vec::<u8>::new().try_reserve_exact(1 << 30).is_err();
                whole(out, 200, format!("refused: {refused}").as_bytes());
            }
            "/half-line" => {
                eprint!("one ");
                std::io::stderr().flush().unwrap();
                eprint!("line");
                whole(out, 200, b"");
            }
            "/environment" => whole(out, 200, environment().as_bytes()),
            "/outbound" => whole(out, 200, outbound("http", "127.0.0.1:1", "/").as_bytes()),
            "/socket" => {
                let refused = std::net::TcpStream::connect("127.0.0.1:1").unwrap_err();
                whole(out, 200, format!("{:?}", refused.kind()).as_bytes());
            }
            "/stdin" => {
                let mut read = Vec::new();
                std::io::stdin().read_to_end(&mut read).unwrap();
                whole(out, 200, &read);
            }
            path => match path.split_once("?path=").or_else(|| path.split_once("?url=")) {
                Some(("/outbound", url)) => {
                    let (scheme, rest) = url.split_once("://").unwrap();
                    let (authority, path) = rest.split_once('/').unwrap();
                    whole(out, 200, outbound(scheme, authority, &format!("/{path}")).as_bytes());
                }
                Some(("/read", file)) => match std::fs::read(file) {
                    Ok(bytes) => whole(out, 200, &bytes),
                    Err(error) => whole(out, 404, error.to_string().as_bytes()),
                },
                // As long as the test wants: what follows comes when the file is there.
                Some(("/until", file)) => {
                    let mut answer = Answer::start(out, None);
                    answer.write(b"part 0\n");
                    while !std::fs::exists(file).unwrap() {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    answer.write(b"part 1\n");
                    answer.finish();
                }
                Some(("/write", file)) => match std::fs::write(file, "changed") {
                    Ok(()) => whole(out, 200, b"written"),
                    Err(error) => whole(out, 403, error.to_string().as_bytes()),
                },
                _ => whole(out, 404, path.as_bytes()),
            },
        }
    }
}

/// Asks for a URL, with two seconds for the first byte. Gives the status and the body, or the error.
fn outbound(scheme: &str, authority: &str, path: &str) -> String {
    let request = OutgoingRequest::new(Fields::new());
    request.set_authority(Some(authority)).unwrap();
    request.set_path_with_query(Some(path)).unwrap();
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    request.set_scheme(Some(&scheme)).unwrap();
    let options = RequestOptions::new();
    options.set_first_byte_timeout(Some(2_000_000_000)).unwrap();
    let response = match wasip2::http::outgoing_handler::handle(request, Some(options)) {
        Err(code) => return format!("{code:?}"),
        Ok(response) => response,
    };
    response.subscribe().block();
    let response = match response.get() {
        Some(Ok(Ok(response))) => response,
        Some(Ok(Err(code))) => return format!("{code:?}"),
        other => return format!("{other:?}"),
    };
    let body = response.consume().unwrap();
    let stream = body.stream().unwrap();
    let mut bytes = Vec::new();
    while let Ok(more) = stream.blocking_read(64 << 10) {
        bytes.extend(more);
    }
    format!("{} {}", response.status(), String::from_utf8_lossy(&bytes))
}

/// All variables, sorted.
fn environment() -> String {
    let mut all: Vec<String> = std::env::vars().map(|(name, value)| format!("{name}={value}\n")).collect();
    all.sort();
    all.concat()
}

/// `POST /query`: the order is a word in the SQL.
fn query(body: &[u8], out: ResponseOutparam) {
    let body = String::from_utf8_lossy(body);
    let ordered = |word: &str| body.contains(word);
    if ordered("echo") {
        whole(out, 200, body.as_bytes());
    } else if ordered("environment") {
        whole(out, 200, environment().as_bytes());
    } else if ordered("timed") {
        whole(out, 200, body.as_bytes());
        println!("{ANSWERED}");
    } else if ordered("problem") {
        let problem =
            br#"{"code":"invalid_sql","detail":"seen FORM, accepted is FROM","line":1,"column":10}"#;
        whole(out, 400, problem);
    } else if ordered("nowhere") {
        whole(out, 404, br#"{"code":"unknown_table","detail":"no table"}"#);
    } else if ordered("cut") {
        let mut answer = Answer::start(out, None);
        answer.write(b"the beginning");
        panic!("in the body");
    } else if ordered("loop") {
        spin()
    } else if ordered("exhaust") {
        exhaust()
    } else if ordered("trap") {
        panic!("before the answer");
    } else if ordered("endless") {
        let mut answer = Answer::start(out, None);
        loop {
            answer.write(&[b'x'; 64 << 10]);
        }
    } else {
        // The stream that the test laid into the data directory.
        let mut answer = Answer::start(out, None);
        answer.write(&std::fs::read("/data/answer.arrow").unwrap());
        answer.finish();
    }
}

/// Takes memory until there is no more, and dies of it.
fn exhaust() -> ! {
    let mut held = Vec::new();
    loop {
        held.push(std::hint::black_box(vec![1u8; 1 << 20]));
    }
}

/// Calls itself until the stack is full.
#[inline(never)]
#[allow(unconditional_recursion)]
fn deeper(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 128]);
    deeper(depth + 1) + frame[depth as usize % 128]
}

fn spin() -> ! {
    loop {
        std::hint::black_box(0);
    }
}

fn read_body(request: &IncomingRequest) -> Vec<u8> {
    let body = request.consume().unwrap();
    let stream = body.stream().unwrap();
    let mut bytes = Vec::new();
    while let Ok(more) = stream.blocking_read(64 << 10) {
        bytes.extend(more);
    }
    bytes
}

fn whole(out: ResponseOutparam, status: u16, bytes: &[u8]) {
    let response = OutgoingResponse::new(Fields::new());
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    let mut answer = Answer { stream: Some(body.write().unwrap()), body };
    answer.write(bytes);
    answer.finish();
}

struct Answer {
    // Dropped before the body that it belongs to.
    stream: Option<OutputStream>,
    body: OutgoingBody,
}

impl Answer {
    fn start(out: ResponseOutparam, length: Option<u64>) -> Answer {
        let headers = Fields::new();
        if let Some(length) = length {
            headers.append(&"content-length".to_owned(), &length.to_string().into_bytes()).unwrap();
        }
        let response = OutgoingResponse::new(headers);
        let body = response.body().unwrap();
        ResponseOutparam::set(out, Ok(response));
        Answer { stream: Some(body.write().unwrap()), body }
    }

    fn write(&mut self, mut bytes: &[u8]) {
        let stream = self.stream.as_ref().unwrap();
        while !bytes.is_empty() {
            match stream.check_write().unwrap() {
                0 => stream.subscribe().block(),
                free => {
                    let (now, rest) = bytes.split_at(bytes.len().min(free as usize));
                    stream.write(now).unwrap();
                    bytes = rest;
                }
            }
        }
    }

    fn finish(mut self) {
        self.stream = None;
        // A length that was not kept is the test's intention.
        let _ = OutgoingBody::finish(self.body, None);
    }
}
