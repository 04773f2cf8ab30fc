//! A `polaroid serve` of one test's own, stopped by its process id when the test ends.

use super::client::{self, Answer};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(args: &[&str]) -> Server {
        Server::start_with(super::polaroid().args(["serve", "--addr", "127.0.0.1:0"]).args(args))
    }

    /// Starts the command and waits until it says where it listens.
    pub fn start_with(command: &mut Command) -> Server {
        Server::start_and_read(command, usize::MAX)
    }

    /// A server whose standard error is closed on the other side once it listens.
    pub fn start_with_deaf_log(args: &[&str]) -> Server {
        Server::start_and_read(super::polaroid().args(["serve", "--addr", "127.0.0.1:0"]).args(args), 1)
    }

    /// `lines` of standard error are read.
    fn start_and_read(command: &mut Command, lines: usize) -> Server {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines().take(lines);
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in stderr.map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut server = Server { child, addr: SocketAddr::from(([0, 0, 0, 0], 0)), log };
        let line = server.wait_for_line("listening on http");
        server.addr = address(&line);
        server
    }

    /// Where a server with `--admin-addr` answers operators.
    pub fn admin(&self) -> SocketAddr {
        address(&self.wait_for_line("admin on http://"))
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn get(&self, path: &str) -> Answer {
        client::get(self.addr, path)
    }

    /// Guests that compute for ever, `times` as many as there are processors: seen to be at work.
    pub fn busy(&self, times: usize) -> Vec<TcpStream> {
        let threads = std::thread::available_parallelism().unwrap().get();
        let busy = (0..times * threads).map(|_| client::send(self.addr, "GET", "/loop", &[], b"")).collect();
        let used = self.ticks();
        within(Duration::from_secs(30), || (self.ticks() > used + 20).then_some(())).unwrap();
        busy
    }

    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// The first line of standard error with `text` in it, which may still be to come.
    pub fn wait_for_line(&self, text: &str) -> String {
        let found = || self.log().into_iter().find(|line| line.contains(text));
        within(Duration::from_secs(120), found)
            .unwrap_or_else(|| panic!("no line with {text:?} in {:#?}", self.log()))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// How the process ended, `None` when it has not after `patience`.
    pub fn wait_for_end(&mut self, patience: Duration) -> Option<ExitStatus> {
        within(patience, || self.child.try_wait().unwrap())
    }

    /// Processor time that the process has used so far, in clock ticks.
    pub fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in parentheses may hold spaces; utime and stime are fields 14 and 15.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What follows `://` in a line of text or of JSON.
fn address(line: &str) -> SocketAddr {
    let (_, rest) = line.split_once("://").unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

/// Asks again until there is an answer or `patience` is over.
pub fn within<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if started.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
