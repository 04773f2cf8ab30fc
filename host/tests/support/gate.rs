//! Answers that go on for as long as a test wants.

use super::client::send;
use super::server::Server;
use std::net::TcpStream;
use tempfile::TempDir;

/// What an answer is once it may end.
pub const WHOLE: &str = "part 0\npart 1\n";

/// Before it opens, no answer that was begun at it ends.
pub struct Gate(TempDir);

impl Gate {
    pub fn closed() -> Gate {
        Gate(tempfile::tempdir().unwrap())
    }

    /// What its server has to be started with.
    pub fn arg(&self) -> String {
        format!("--dir=gate={}", self.0.path().display())
    }

    /// An answer whose beginning has come: its guest runs.
    pub fn begin(&self, server: &Server, headers: &[(&str, &str)]) -> TcpStream {
        let stream = send(server.addr, "GET", "/until?path=/gate/open", headers, b"");
        assert_eq!(stream.peek(&mut [0]).unwrap(), 1, "closed without an answer");
        stream
    }

    pub fn open(&self) {
        std::fs::write(self.0.path().join("open"), "").unwrap();
    }
}
