//! TLS 1.2 and 1.3 for the main port, by a certificate that can be replaced while it serves.

use super::reload::Reload;
use crate::args::TlsFiles;
use crate::error::Error;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

/// The server's certificate and key.
pub struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub fn load(files: TlsFiles) -> Result<Tls, Error> {
        let config = RwLock::new(Arc::new(read(&files)?));
        Ok(Tls { files, config })
    }

    /// For one handshake, with the certificate of the moment.
    pub fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(config.clone())
    }
}

impl Reload for Tls {
    fn name(&self) -> &'static str {
        "the TLS certificate and key"
    }

    fn reload(&self) -> Result<(), Error> {
        let config = Arc::new(read(&self.files)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }
}

fn read(TlsFiles { cert, key }: &TlsFiles) -> Result<ServerConfig, Error> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(|chain| chain.collect::<Result<Vec<_>, _>>())
        .map_err(|error| unreadable("--tls-cert", cert, &error))?;
    if chain.is_empty() {
        return Err(wrong(
            "--tls-cert",
            cert,
            "there is no certificate in it",
            "a chain in PEM, the server's first",
        ));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("--tls-key", key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => wrong(
                "--tls-key",
                key,
                &format!("it is not the key of the first certificate in {}", cert.display()),
                "the private key of the server's certificate, which comes first in its chain",
            ),
            rustls::Error::InvalidCertificate(_) => {
                wrong("--tls-cert", cert, &error.to_string(), "a chain of X.509 certificates in PEM")
            }
            _ => wrong("--tls-key", key, &error.to_string(), "an RSA, ECDSA or Ed25519 key in PEM"),
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn unreadable(flag: &'static str, path: &Path, error: &pem::Error) -> Error {
    match error {
        pem::Error::Io(error) => Error::Usage(format!("{flag} {}: cannot read it: {error}", path.display())),
        pem::Error::NoItemsFound => {
            wrong(flag, path, "there is no private key in it", "a private key in PEM")
        }
        error => wrong(flag, path, &format!("it is broken: {error}"), "PEM"),
    }
}

fn wrong(flag: &str, path: &Path, seen: &str, accepted: &str) -> Error {
    Error::Usage(format!("{flag} {}: {seen}; accepted is {accepted}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate and its key, in files.
    fn files(dir: &Path, name: &str) -> TlsFiles {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let files = TlsFiles { cert: dir.join(format!("{name}.crt")), key: dir.join(format!("{name}.key")) };
        std::fs::write(&files.cert, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    fn refused(cert: &Path, key: &Path) -> String {
        let files = TlsFiles { cert: cert.to_owned(), key: key.to_owned() };
        Tls::load(files).err().expect("it was accepted").to_string()
    }

    #[test]
    fn errors_name_the_file_and_what_is_wrong_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (files(dir.path(), "one"), files(dir.path(), "other"));
        assert!(Tls::load(one.clone()).is_ok());
        let none = dir.path().join("none");
        let empty = dir.path().join("empty");
        std::fs::write(&empty, "no PEM at all").unwrap();
        for (error, flag, path, says) in [
            (refused(&none, &one.key), "--tls-cert", &none, "cannot read"),
            (refused(&one.cert, &none), "--tls-key", &none, "cannot read"),
            (refused(&empty, &one.key), "--tls-cert", &empty, "no certificate"),
            (refused(&one.key, &one.key), "--tls-cert", &one.key, "no certificate"),
            (refused(&one.cert, &empty), "--tls-key", &empty, "no private key"),
            (refused(&one.cert, &one.cert), "--tls-key", &one.cert, "no private key"),
            (refused(&one.cert, &other.key), "--tls-key", &other.key, "not the key of the first certificate"),
        ] {
            let begins = format!("{flag} {}: ", path.display());
            assert!(error.starts_with(&begins) && error.contains(says), "{error}");
        }
    }
}
