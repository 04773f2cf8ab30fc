//! The real binary, the misbehaving component of `tests/guest`, and an HTTP client that tells a
//! whole answer from a cut one.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod certificate;
pub mod client;
pub mod gate;
pub mod http2;
#[cfg(feature = "otlp")]
pub mod receiver;
pub mod server;

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The test component, built on first use. Cargo's own lock makes it safe among test processes.
pub fn guest() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest");
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-wasip2"])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(source)
            // Flags meant for the native build are not for this one.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        target.join("wasm32-wasip2/release/guest.wasm")
    })
}

/// `polaroid` with the test component, a cache of the tests' own and a clean environment.
pub fn polaroid() -> Command {
    let mut command = bare_polaroid();
    command.env("POLAROID_COMPONENT", guest());
    command
}

/// The same without a component.
pub fn bare_polaroid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polaroid"));
    for (name, _) in std::env::vars_os() {
        let ours = |prefix: &[u8]| name.as_encoded_bytes().starts_with(prefix);
        if name == "PORT" || name == "RUST_LOG" || ours(b"POLAROID_") || ours(b"OTEL_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_CACHE_HOME", cache()).stdin(Stdio::null());
    command
}

/// Shared by the tests, so that the component is compiled once. In the temporary directory, since
/// a target directory may be writable by the user's group, which the cache refuses.
pub fn cache() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let dir = std::env::temp_dir().join(format!("polaroid-host-tests-{user}"));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).unwrap();
    dir
}

/// Standard output, standard error and exit code of a command that ends.
pub fn run(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code().unwrap())
}
