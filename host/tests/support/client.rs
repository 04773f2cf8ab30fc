//! HTTP/1.1 by hand: libraries hide whether an answer was cut, which is what the tests are after.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back before the connection closed.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub trailers: Vec<(String, String)>,
    /// The body ended as its framing says; otherwise the connection was cut.
    pub whole: bool,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| &**value)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What does not answer for a minute hangs.
pub fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Sends a request and leaves the answer to be read.
pub fn send(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> TcpStream {
    let mut stream = connect(addr);
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    stream
}

/// Reads to the end of the connection.
pub fn receive(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset is one way to cut: what came before it counts. To be left open is none.
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert_ne!(error.kind(), ErrorKind::WouldBlock, "hangs after {:?}", String::from_utf8_lossy(&bytes));
    }
    parse(&bytes)
}

/// Reads one answer from a connection that stays open.
pub fn receive_one(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut piece = [0; 1024];
    loop {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&piece[..read]);
        if bytes.windows(4).any(|four| four == b"\r\n\r\n") {
            let answer = parse(&bytes);
            if answer.whole {
                return answer;
            }
        }
    }
}

pub fn get(addr: SocketAddr, path: &str) -> Answer {
    receive(send(addr, "GET", path, &[], b""))
}

pub fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = fields(lines);
    let rest = &bytes[end + 4..];
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let (body, end) = match length {
        Some((_, length)) => {
            (rest.to_vec(), (rest.len() == length.parse::<usize>().unwrap()).then_some(&b"\r\n"[..]))
        }
        None => chunks(rest),
    };
    let trailers = end.and_then(|end| end.strip_suffix(b"\r\n"));
    let lines = trailers.map(|lines| std::str::from_utf8(lines).unwrap().split_terminator("\r\n"));
    Answer { status, headers, body, whole: lines.is_some(), trailers: fields(lines.into_iter().flatten()) }
}

fn fields<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let fields = lines.map(|line| line.split_once(": ").unwrap());
    fields.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
}

/// The data of chunks, and what comes after the last one, where it came.
fn chunks(mut rest: &[u8]) -> (Vec<u8>, Option<&[u8]>) {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else { return (body, None) };
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        rest = &rest[end + 2..];
        if size == 0 {
            return (body, Some(rest));
        }
        if rest.len() < size + 2 {
            body.extend_from_slice(&rest[..rest.len().min(size)]);
            return (body, None);
        }
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}
