//! A line on the terminal's standard error while a query takes long.

use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Most queries are done before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(2);
const REDRAW: Duration = Duration::from_millis(200);

pub struct Progress {
    started: Instant,
    bytes: AtomicU64,
    shown: AtomicBool,
    /// Somebody watches standard error, and the answer does not run into it.
    wanted: bool,
}

impl Progress {
    /// `apart`: the answer does not go to standard output while it comes in.
    pub fn new(apart: bool) -> Progress {
        let apart = apart || !std::io::stdout().is_terminal();
        Progress {
            started: Instant::now(),
            bytes: AtomicU64::new(0),
            shown: AtomicBool::new(false),
            wanted: std::io::stderr().is_terminal() && apart,
        }
    }

    /// Counts bytes of the answer.
    pub fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes of the answer so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Draws from time to time, for ever.
    pub async fn draw(&self) -> Infallible {
        if !self.wanted {
            return std::future::pending().await;
        }
        tokio::time::sleep(PATIENCE).await;
        loop {
            let seconds = self.started.elapsed().as_secs_f64();
            let megabytes = self.bytes() as f64 / 1e6;
            self.shown.store(true, Ordering::Relaxed);
            line(&format!("{seconds:.1} s, {megabytes:.1} MB of answer"));
            tokio::time::sleep(REDRAW).await;
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.shown.swap(false, Ordering::Relaxed) {
            line("");
        }
    }
}

/// Replaces the line that the cursor is on. Its loss is no loss.
fn line(text: &str) {
    let _ = write!(std::io::stderr().lock(), "\r\x1b[K{text}");
}
