//! Standard error of guests: passed on by whole lines, so that guests that run side by side do not
//! write into each other's lines.

use super::stdio::Take;
use crate::stderr::of_guest;

/// A line longer than this is passed on in pieces, so that a guest cannot fill the host's memory.
const LONGEST: usize = 64 << 10;

/// One guest's standard error: the line that it has not finished.
#[derive(Default)]
pub struct Lines(Vec<u8>);

impl Take for Lines {
    fn take(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let whole = match self.0.iter().rposition(|&byte| byte == b'\n') {
            Some(last) => last + 1,
            None if self.0.len() >= LONGEST => self.0.len(),
            None => return,
        };
        of_guest(&self.0[..whole]);
        self.0.drain(..whole);
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            self.0.push(b'\n');
            of_guest(&self.0);
        }
    }
}
