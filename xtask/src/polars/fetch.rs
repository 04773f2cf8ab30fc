//! The pinned source archive, fetched by pip and kept in the cache directory.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::paths;

/// What `source.txt` names: a source distribution on PyPI.
pub struct Pin {
    pub name: String,
    pub version: String,
    /// Hexadecimal SHA-256 of the archive; none for a version that is only being tried.
    pub sha256: Option<String>,
}

impl Pin {
    /// Reads the lines `name = …`, `version = …` and `sha256 = …`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let field = |key: &str| -> Result<String> {
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| line.split_once('='))
                .find(|(name, _)| name.trim() == key)
                .map(|(_, value)| value.trim().to_string())
                .with_context(|| format!("{}: no line `{key} = …`", path.display()))
        };
        Ok(Self { name: field("name")?, version: field("version")?, sha256: Some(field("sha256")?) })
    }

    /// The same source at another version, whose hash nobody has pinned yet.
    pub fn at(self, version: &str) -> Self {
        Self { version: version.to_string(), sha256: None, ..self }
    }

    fn file_name(&self) -> String {
        format!("{}-{}.tar.gz", self.name.replace('-', "_"), self.version)
    }
}

/// The bytes of the archive, checked against the pin.
pub fn archive(pin: &Pin) -> Result<Vec<u8>> {
    let folder = paths::cache()?.join("sources");
    let path = folder.join(pin.file_name());
    if let Ok(bytes) = std::fs::read(&path)
        && verify(pin, &bytes).is_ok()
    {
        return Ok(bytes);
    }
    eprintln!("fetching {} {} with pip", pin.name, pin.version);
    std::fs::create_dir_all(&folder)?;
    let fetched = download(pin)?;
    let bytes = std::fs::read(fetched.path().join("out").join(pin.file_name()))
        .with_context(|| format!("pip brought no {}", pin.file_name()))?;
    verify(pin, &bytes)?;
    // A rename, so that a cut download never stands under the final name.
    let partial = folder.join(format!("{}.{}", pin.file_name(), std::process::id()));
    std::fs::write(&partial, &bytes)?;
    std::fs::rename(&partial, &path)?;
    Ok(bytes)
}

fn verify(pin: &Pin, bytes: &[u8]) -> Result<()> {
    let seen = format!("{:x}", Sha256::digest(bytes));
    match &pin.sha256 {
        Some(expected) if *expected != seen => {
            bail!("{}: SHA-256 is {seen}, source.txt pins {expected}", pin.file_name())
        }
        _ => Ok(()),
    }
}

fn download(pin: &Pin) -> Result<tempfile::TempDir> {
    let temp = tempfile::tempdir()?;
    let backend: PathBuf = temp.path().join("backend");
    std::fs::create_dir(&backend)?;
    std::fs::write(backend.join("maturin.py"), include_str!("maturin.py"))?;
    let mut requirement = format!("{}=={}", pin.name, pin.version);
    if let Some(hash) = &pin.sha256 {
        requirement += &format!(" --hash=sha256:{hash}");
    }
    let requirements = temp.path().join("requirements.txt");
    std::fs::write(&requirements, requirement)?;
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"])
        .args(["--no-binary", ":all:", "-d"])
        .arg(temp.path().join("out"))
        .arg("-r")
        .arg(&requirements)
        .env("PYTHONPATH", &backend)
        .env("POLAROID_SOURCE_NAME", &pin.name)
        .env("POLAROID_SOURCE_VERSION", &pin.version)
        .status()
        .context("python3 with pip is needed to fetch the source of Polars")?;
    if !status.success() {
        bail!("pip could not fetch {} {}", pin.name, pin.version);
    }
    Ok(temp)
}
