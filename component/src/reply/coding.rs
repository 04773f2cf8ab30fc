//! Content codings (RFC 9110, section 8.4): text leaves compressed where the client takes that.

use std::io::{self, Write};

use flate2::write::GzEncoder;

use crate::negotiate::quality;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Zstd,
    Gzip,
}

/// The fastest level that still halves rows of text; a higher one keeps the one thread from its query.
const ZSTD_LEVEL: i32 = 1;
const GZIP_LEVEL: u32 = 1;

impl Coding {
    /// The coding that `Accept-Encoding` prefers; none to leave the body as it is. Of two that are liked as
    /// much zstd is taken, which costs less.
    pub fn accepted(header: Option<&str>) -> Option<Self> {
        let mut any = None;
        let mut weights = [None; 3];
        for part in header?.split(',') {
            let mut parts = part.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let Some(weight) = quality(parts) else { continue };
            match name.as_str() {
                "zstd" => weights[0] = Some(weight),
                "gzip" | "x-gzip" => weights[1] = Some(weight),
                "identity" => weights[2] = Some(weight),
                "*" => any = Some(weight),
                _ => {}
            }
        }
        let [zstd, gzip, identity] = weights;
        let (zstd, gzip) = (zstd.or(any).unwrap_or(0), gzip.or(any).unwrap_or(0));
        let best = zstd.max(gzip);
        // Without a coding the body can always be sent, but nobody need want it so.
        if best == 0 || best < identity.unwrap_or(0) {
            return None;
        }
        Some(if zstd == best { Self::Zstd } else { Self::Gzip })
    }

    /// As in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }
}

/// A writer that compresses, or does not.
pub enum Coded<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Coded<W> {
    pub fn new(coding: Option<Coding>, out: W) -> io::Result<Self> {
        Ok(match coding {
            None => Self::Plain(out),
            Some(Coding::Gzip) => Self::Gzip(GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL))),
            Some(Coding::Zstd) => Self::Zstd(zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?),
        })
    }

    /// Ends the coding; a decoder takes what was written for whole only now. (The encoder of gzip does the same when it
    /// is dropped.)
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Coded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_client_chooses() {
        for (header, expected) in [
            ("", None),
            ("gzip", Some(Coding::Gzip)),
            ("gzip, deflate, br", Some(Coding::Gzip)),
            ("gzip, zstd", Some(Coding::Zstd)),
            ("zstd;q=0.5, gzip;q=0.8", Some(Coding::Gzip)),
            ("X-GZIP", Some(Coding::Gzip)),
            ("*", Some(Coding::Zstd)),
            ("*;q=0.1, zstd;q=0", Some(Coding::Gzip)),
            ("gzip;q=0", None),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0.5, gzip", Some(Coding::Gzip)),
            ("gzip;q=9", None),
            ("br", None),
            (",;,=;q", None),
        ] {
            assert_eq!(Coding::accepted(Some(header)), expected, "{header}");
        }
        assert_eq!(Coding::accepted(None), None);
    }

    #[test]
    fn decoders_read_it_and_see_where_it_was_cut() {
        let text = "a row of text\n".repeat(10_000);
        for coding in [Coding::Gzip, Coding::Zstd] {
            let mut coded = Coded::new(Some(coding), Vec::new()).unwrap();
            coded.write_all(text.as_bytes()).unwrap();
            let bytes = coded.finish().unwrap();
            assert!(bytes.len() < text.len() / 2);
            let decode = |bytes: &[u8]| {
                let mut read = String::new();
                match coding {
                    Coding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_string(&mut read),
                    Coding::Zstd => {
                        zstd::stream::read::Decoder::new(bytes).unwrap().read_to_string(&mut read)
                    }
                }
                .map(|_| read)
            };
            assert_eq!(decode(&bytes).unwrap(), text);
            assert!(decode(&bytes[..bytes.len() - 1]).is_err());
        }
    }
}
