//! The libc functions that `lz4-sys` expects under names of its own on wasm, and does not define
//! for wasip2.

use libc::{c_int, c_void, size_t};

/// # Safety
/// As `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_malloc(size: size_t) -> *mut c_void {
    // SAFETY: the caller keeps malloc's contract.
    unsafe { libc::malloc(size) }
}

/// # Safety
/// As `calloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_calloc(count: size_t, size: size_t) -> *mut c_void {
    // SAFETY: the caller keeps calloc's contract.
    unsafe { libc::calloc(count, size) }
}

/// # Safety
/// As `free`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_free(pointer: *mut c_void) {
    // SAFETY: the caller keeps free's contract.
    unsafe { libc::free(pointer) }
}

/// # Safety
/// As `memcpy`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_memcpy(
    to: *mut c_void,
    from: *const c_void,
    size: size_t,
) -> *mut c_void {
    // SAFETY: the caller keeps memcpy's contract.
    unsafe { libc::memcpy(to, from, size) }
}

/// # Safety
/// As `memmove`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_memmove(
    to: *mut c_void,
    from: *const c_void,
    size: size_t,
) -> *mut c_void {
    // SAFETY: the caller keeps memmove's contract.
    unsafe { libc::memmove(to, from, size) }
}

/// # Safety
/// As `memset`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_memset(to: *mut c_void, value: c_int, size: size_t) -> *mut c_void {
    // SAFETY: the caller keeps memset's contract.
    unsafe { libc::memset(to, value, size) }
}

/// # Safety
/// As `memcmp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rust_lz4_wasm_shim_memcmp(a: *const c_void, b: *const c_void, size: size_t) -> c_int {
    // SAFETY: the caller keeps memcmp's contract.
    unsafe { libc::memcmp(a, b, size) }
}
