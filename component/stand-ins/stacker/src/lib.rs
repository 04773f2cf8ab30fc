//! Calls on the stack that there is.

/// Calls `callback`.
#[inline(always)]
pub fn maybe_grow<R>(_red_zone: usize, _stack_size: usize, callback: impl FnOnce() -> R) -> R {
    callback()
}

/// Calls `callback`.
#[inline(always)]
pub fn grow<R>(_stack_size: usize, callback: impl FnOnce() -> R) -> R {
    callback()
}

/// Nobody knows.
pub fn remaining_stack() -> Option<usize> {
    None
}
