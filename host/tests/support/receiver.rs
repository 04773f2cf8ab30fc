//! A receiver of OTLP over HTTP that decodes what it gets.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Answers on a thread for each connection until the test ends.
pub struct Receiver {
    addr: SocketAddr,
    got: Arc<Mutex<Got>>,
}

#[derive(Default)]
struct Got {
    spans: Vec<Span>,
    metrics: Vec<Metric>,
    resource: Vec<KeyValue>,
}

impl Receiver {
    pub fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (addr, got) = (listener.local_addr().unwrap(), Arc::<Mutex<Got>>::default());
        let kept = got.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = kept.clone();
                std::thread::spawn(move || serve(stream, &kept));
            }
        });
        Receiver { addr, got }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// In the order in which they came.
    pub fn spans(&self) -> Vec<Span> {
        self.got.lock().unwrap().spans.clone()
    }

    /// In the order in which they came; the last of a name has all that was counted.
    pub fn metrics(&self) -> Vec<Metric> {
        self.got.lock().unwrap().metrics.clone()
    }

    /// The attributes of who sent the last metrics.
    pub fn resource(&self) -> Vec<KeyValue> {
        self.got.lock().unwrap().resource.clone()
    }
}

/// Requests on one connection, each with a length.
fn serve(stream: TcpStream, got: &Mutex<Got>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        let mut line = String::new();
        while matches!(reader.read_line(&mut line), Ok(1..)) && line != "\r\n" {
            head.push(std::mem::take(&mut line));
        }
        let Some(request) = head.first() else { return };
        let header = |name: &str| {
            let found = head.iter().find_map(|line| {
                let (given, value) = line.split_once(':')?;
                given.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            });
            found.unwrap_or_else(|| panic!("no {name} in {head:?}"))
        };
        assert_eq!(header("content-type"), "application/x-protobuf");
        let mut body = vec![0; header("content-length").parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let mut got = got.lock().unwrap();
        match request.trim_end() {
            "POST /v1/traces HTTP/1.1" => {
                for from in ExportTraceServiceRequest::decode(&body[..]).unwrap().resource_spans {
                    got.spans.extend(from.scope_spans.into_iter().flat_map(|scope| scope.spans));
                }
            }
            "POST /v1/metrics HTTP/1.1" => {
                for from in ExportMetricsServiceRequest::decode(&body[..]).unwrap().resource_metrics {
                    got.resource = from.resource.unwrap().attributes;
                    got.metrics.extend(from.scope_metrics.into_iter().flat_map(|scope| scope.metrics));
                }
            }
            other => panic!("{other}"),
        }
        drop(got);
        let ok = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(ok).unwrap();
    }
}
