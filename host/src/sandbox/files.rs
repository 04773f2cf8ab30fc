//! Files, read on the guest's thread at the moment they are asked for.
//!
//! A guest's `read(2)` calls `input-stream.read` and waits for the stream where that gives nothing.
//! wasmtime-wasi's stream of a file gives nothing at first, whatever
//! [`allow_blocking_current_thread`](wasmtime_wasi::WasiCtxBuilder::allow_blocking_current_thread)
//! says: it reads 64 KiB on another thread. That is three calls to the host and two handovers for
//! each piece, and a pool of threads as large as the traffic was. This stream reads at once.

use super::instance::State;
use bytes::Bytes;
use rustix::buffer::spare_capacity;
use rustix::io::{pread, retry_on_intr};
use std::fs::File;
use std::io;
use std::sync::Arc;
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, LinkerInstance, Resource};
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;
use wasmtime_wasi::p2::{DynInputStream, InputStream, Pollable, StreamError, StreamResult};

/// The interface in the version that wasmtime-wasi defines; in another one this would be a second
/// definition that no guest sees.
const TYPES: &str = "wasi:filesystem/types@0.2.12";

/// Bytes of one read at the most. The piece is copied into the guest and once more there, so it
/// should fit the processor's cache.
const PIECE: usize = 256 << 10;

/// Puts this stream in the place of wasmtime-wasi's, which must be in the linker.
pub fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    read_via_stream(&mut linker.instance(TYPES)?)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn read_via_stream(types: &mut LinkerInstance<State>) -> wasmtime::Result<()> {
    types.func_wrap(
        "[method]descriptor.read-via-stream",
        |mut store: StoreContextMut<State>, (descriptor, position): (Resource<Descriptor>, u64)| {
            let table = &mut store.data_mut().table;
            let file = match table.get(&descriptor)? {
                Descriptor::File(opened) => opened.file.clone(),
                Descriptor::Dir(_) => return Ok((Err(ErrorCode::IsDirectory),)),
            };
            let stream: DynInputStream = Box::new(FileStream { file, position });
            Ok((Ok(table.push(stream)?),))
        },
    )
}

struct FileStream {
    file: Arc<File>,
    /// Bytes from the start of the file.
    position: u64,
}

#[wasmtime_wasi::async_trait]
impl InputStream for FileStream {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size == 0 {
            return Ok(Bytes::new());
        }
        let mut piece = Vec::with_capacity(size.min(PIECE));
        match retry_on_intr(|| pread(&self.file, spare_capacity(&mut piece), self.position)) {
            Ok(0) => Err(StreamError::Closed),
            Ok(read) => {
                self.position += read as u64;
                Ok(piece.into())
            }
            Err(error) => Err(StreamError::LastOperationFailed(io::Error::from(error).into())),
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for FileStream {
    async fn ready(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn it_is_in_the_place_of_the_one_that_wasmtime_wasi_defines() {
        let engine = crate::engine::single(false).unwrap();
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        let twice = read_via_stream(&mut linker.instance(TYPES).unwrap()).unwrap_err();
        assert!(format!("{twice:#}").contains("defined twice"), "{twice:#}");
        add_to_linker(&mut linker).unwrap();
    }

    #[test]
    fn a_file_is_read_from_the_position_to_its_end_in_bounded_pieces() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..PIECE + 1000).map(|i| i as u8).collect();
        file.write_all(&bytes).unwrap();
        let mut stream = FileStream { file: Arc::new(file), position: 10 };

        assert_eq!(stream.read(0).unwrap(), Bytes::new());
        assert_eq!(stream.read(5).unwrap(), bytes[10..15]);
        assert_eq!(stream.read(usize::MAX).unwrap(), bytes[15..15 + PIECE]);
        assert_eq!(stream.read(usize::MAX).unwrap(), bytes[15 + PIECE..]);
        assert!(matches!(stream.read(1), Err(StreamError::Closed)));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_of_the_system() {
        let directory = Arc::new(File::open(std::env::temp_dir()).unwrap());
        let error = FileStream { file: directory, position: 0 }.read(1).unwrap_err();
        let StreamError::LastOperationFailed(error) = error else { panic!("{error}") };
        assert_eq!(error.downcast::<io::Error>().unwrap().kind(), io::ErrorKind::IsADirectory);
    }
}
