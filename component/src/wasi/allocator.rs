//! The allocator. It counts, so that the engine knows when to spill, and when the host refuses
//! memory it has the last word: `alloc` failing aborts, which no panic hook sees.

use std::alloc::{GlobalAlloc, Layout};

use super::answer::last_word;
use crate::error::Kind;

#[global_allocator]
static ALLOCATOR: LastWord = LastWord(polars_ooc::Allocator);

struct LastWord(polars_ooc::Allocator);

fn checked(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() {
        last_word(Kind::MemoryExceeded);
    }
    pointer
}

// SAFETY: every call goes to the inner allocator with the caller's own arguments.
unsafe impl GlobalAlloc for LastWord {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc`.
        checked(unsafe { self.0.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { self.0.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.0.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { self.0.realloc(pointer, layout, size) })
    }
}
