//! Certificates made for one test.

use rcgen::CertifiedKey;
use std::path::{Path, PathBuf};

/// A self-signed certificate for `localhost` and 127.0.0.1, in files.
pub struct Certificate {
    pub cert: PathBuf,
    pub key: PathBuf,
    pub der: Vec<u8>,
    pub key_der: Vec<u8>,
}

pub fn write(dir: &Path, name: &str) -> Certificate {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).unwrap();
    let path = |end: &str| dir.join(format!("{name}.{end}"));
    let made = Certificate {
        cert: path("crt"),
        key: path("key"),
        der: cert.der().to_vec(),
        key_der: signing_key.serialize_der(),
    };
    std::fs::write(&made.cert, cert.pem()).unwrap();
    std::fs::write(&made.key, signing_key.serialize_pem()).unwrap();
    made
}

impl Certificate {
    /// The arguments that make a server use it.
    pub fn args(&self) -> [&str; 4] {
        ["--tls-cert", self.cert.to_str().unwrap(), "--tls-key", self.key.to_str().unwrap()]
    }
}
