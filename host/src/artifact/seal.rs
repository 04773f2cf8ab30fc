//! The last bytes of every artifact: how long it is, and the hashes of what is in it.
//!
//! It lies behind all that ELF describes, where no reader of ELF looks. It finds accidents: a copy
//! that was cut, a disk that lost a bit, another file moved into place. It is no signature: who may
//! write the artifact may write a seal. Who may write it is [`trust`](super::trust)'s concern.
//!
//! | bytes | what |
//! |---|---|
//! | 32 | BLAKE3 of everything before the seal |
//! | 32 | BLAKE3 of the ELF header and the tables: all that loading reads |
//! | 8 | offset of the tables, which go on to the seal |
//! | 8 | length of the program before the machine code; 0 in an artifact that is a file of its own |
//! | 8 | offset of the seal |
//! | 16 | [`MARK`] |
//!
//! Numbers are little-endian.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// What a seal ends with; another one for another layout of the file.
pub const MARK: [u8; 16] = *b"polaroid seal 1\n";

/// The seal's length in bytes.
pub const LENGTH: usize = 104;

/// Of an ELF file of 64 bits.
pub const ELF_HEADER: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub whole: blake3::Hash,
    pub tables: blake3::Hash,
    pub tables_at: u64,
    pub program: u64,
    pub at: u64,
}

impl Seal {
    /// The seal of a file; `None` when there is none, or not where it says that it is.
    pub fn of(file: &File) -> io::Result<Option<Seal>> {
        let Some(at) = file.metadata()?.len().checked_sub(LENGTH as u64) else { return Ok(None) };
        let mut bytes = [0; LENGTH];
        file.read_exact_at(&mut bytes, at)?;
        Ok(Seal::parse(&bytes).filter(|seal| seal.at == at && seal.tables_at <= at && seal.program <= at))
    }

    /// Seals `bytes`, whose tables begin at `tables_at`, behind a program of so many bytes.
    #[cfg(feature = "compile")]
    pub fn put(bytes: &mut Vec<u8>, tables_at: usize, program: usize) {
        let mut tables = blake3::Hasher::new();
        tables.update(&bytes[..ELF_HEADER]).update(&bytes[tables_at..]);
        let whole = blake3::hash(bytes);
        let at = bytes.len() as u64;
        bytes.extend_from_slice(whole.as_bytes());
        bytes.extend_from_slice(tables.finalize().as_bytes());
        for number in [tables_at as u64, program as u64, at] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&MARK);
    }

    /// Whether the ELF header and the tables of the sealed file are what they were.
    pub fn fits_tables(&self, file: &File) -> io::Result<bool> {
        let mut header = [0; ELF_HEADER];
        file.read_exact_at(&mut header, 0)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&header);
        hash(&mut hasher, file, self.tables_at..self.at)?;
        Ok(hasher.finalize() == self.tables)
    }

    /// The hash of everything before the seal, as it is now.
    pub fn hash_whole(&self, file: &File) -> io::Result<blake3::Hash> {
        let mut hasher = blake3::Hasher::new();
        hash(&mut hasher, file, 0..self.at)?;
        Ok(hasher.finalize())
    }

    fn parse(bytes: &[u8; LENGTH]) -> Option<Seal> {
        let (whole, rest) = bytes.split_first_chunk::<32>()?;
        let (tables, rest) = rest.split_first_chunk::<32>()?;
        let (tables_at, rest) = rest.split_first_chunk::<8>()?;
        let (program, rest) = rest.split_first_chunk::<8>()?;
        let (at, mark) = rest.split_first_chunk::<8>()?;
        (mark == MARK).then(|| Seal {
            whole: blake3::Hash::from_bytes(*whole),
            tables: blake3::Hash::from_bytes(*tables),
            tables_at: u64::from_le_bytes(*tables_at),
            program: u64::from_le_bytes(*program),
            at: u64::from_le_bytes(*at),
        })
    }
}

fn hash(hasher: &mut blake3::Hasher, file: &File, range: std::ops::Range<u64>) -> io::Result<()> {
    // Read and not mapped: a file that shrinks meanwhile is an error, not a signal. As large as a
    // second-level cache, from which it is hashed.
    let mut buffer = vec![0; 512 << 10];
    let mut at = range.start;
    while at < range.end {
        let length = buffer.len().min(usize::try_from(range.end - at).unwrap_or(usize::MAX));
        file.read_exact_at(&mut buffer[..length], at)?;
        hasher.update(&buffer[..length]);
        at += length as u64;
    }
    Ok(())
}

#[cfg(all(test, feature = "compile"))]
mod tests {
    use super::*;
    use std::io::Write;

    fn sealed() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..2_000_000u32).map(|n| (n % 251) as u8).collect();
        Seal::put(&mut bytes, 1_500_000, 100_000);
        bytes
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// Whether the tables fit, and whether the whole does.
    fn verdict(bytes: &[u8]) -> Option<(bool, bool)> {
        let file = file(bytes);
        let seal = Seal::of(&file).unwrap()?;
        Some((seal.fits_tables(&file).unwrap(), seal.hash_whole(&file).unwrap() == seal.whole))
    }

    #[test]
    fn what_was_sealed_fits() {
        let bytes = sealed();
        assert_eq!(bytes.len(), 2_000_000 + LENGTH);
        let seal = Seal::of(&file(&bytes)).unwrap().unwrap();
        assert_eq!((seal.tables_at, seal.program, seal.at), (1_500_000, 100_000, 2_000_000));
        assert_eq!(verdict(&bytes), Some((true, true)));
    }

    #[test]
    fn any_flipped_bit_is_found_by_the_hash_that_covers_it() {
        for (at, found) in [
            (0, Some((false, false))),
            (63, Some((false, false))),
            (64, Some((true, false))),
            (1_499_999, Some((true, false))),
            (1_500_000, Some((false, false))),
            (1_999_999, Some((false, false))),
            // In the seal: either hash, the offset of the tables, its own offset, the mark.
            (2_000_000, Some((true, false))),
            (2_000_032, Some((false, true))),
            (2_000_064, Some((false, true))),
            (2_000_080, None),
            (2_000_103, None),
        ] {
            let mut bytes = sealed();
            bytes[at] ^= 1;
            assert_eq!(verdict(&bytes), found, "at {at}");
        }
    }

    #[test]
    fn a_cut_an_extended_and_a_short_file_have_no_seal() {
        let bytes = sealed();
        for length in [0, 1, LENGTH - 1, LENGTH, 1_000_000, bytes.len() - 1] {
            assert_eq!(verdict(&bytes[..length]), None, "{length}");
        }
        assert_eq!(verdict(&[&bytes[..], b"\n"].concat()), None);
        // The end of another artifact: a seal, but not where it says.
        assert_eq!(verdict(&bytes[1000..]), None);
    }
}
