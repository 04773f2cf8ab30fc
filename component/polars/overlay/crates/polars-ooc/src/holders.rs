//! Which operators of the running plan keep rows, for whoever has to say so when the memory ends: without any.

use std::cell::RefCell;

/// Names in place, one after the other. What does not fit is left out.
struct Names {
    length: usize,
    bytes: [u8; 120],
}

thread_local! {
    static HOLDERS: RefCell<Names> = const { RefCell::new(Names { length: 0, bytes: [0; 120] }) };
}

/// Says that these operators keep rows, and no others.
pub fn set_holders<'a>(names: impl Iterator<Item = &'a str>) {
    HOLDERS.with_borrow_mut(|holders| {
        holders.length = 0;
        for name in names {
            holders.add(name);
        }
    });
}

/// Calls `f` with the names of the operators that keep rows, separated by commas. Allocates nothing.
pub fn with_holders<R>(f: impl FnOnce(&str) -> R) -> R {
    HOLDERS.with(|holders| match holders.try_borrow() {
        Ok(holders) => f(holders.joined()),
        // They are being noted just now.
        Err(_) => f(""),
    })
}

impl Names {
    fn joined(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// Adds a name that is not there yet.
    fn add(&mut self, name: &str) {
        let known = self.joined();
        let separator = if known.is_empty() { "" } else { ", " };
        let length = self.length + separator.len() + name.len();
        if known.split(", ").any(|known| known == name) || length > self.bytes.len() {
            return;
        }
        self.bytes[self.length..][..separator.len()].copy_from_slice(separator.as_bytes());
        self.bytes[length - name.len()..length].copy_from_slice(name.as_bytes());
        self.length = length;
    }
}
