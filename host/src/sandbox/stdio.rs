//! What a guest prints: an output stream that is never full, and whose bytes are taken at once.

use bytes::Bytes;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Bytes that a guest may write at once.
const AT_ONCE: usize = 64 << 10;

/// What becomes of the bytes. They come in pieces of any size; what is kept of them has to have a bound.
pub trait Take: Send + 'static {
    fn take(&mut self, bytes: &[u8]);
}

/// One guest's stream; all that it opens of it share what is not taken yet.
pub struct Output<T>(Arc<Mutex<T>>);

impl<T: Take> Output<T> {
    pub fn new(taker: T) -> Output<T> {
        Output(Arc::new(Mutex::new(taker)))
    }

    pub fn taker(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Derived, it would ask for takers that can be cloned.
impl<T> Clone for Output<T> {
    fn clone(&self) -> Output<T> {
        Output(self.0.clone())
    }
}

impl<T> IsTerminal for Output<T> {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl<T: Take> StdoutStream for Output<T> {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl<T: Take> OutputStream for Output<T> {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.taker().take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(AT_ONCE)
    }
}

#[wasmtime_wasi::async_trait]
impl<T: Take> Pollable for Output<T> {
    async fn ready(&mut self) {}
}

impl<T: Take> AsyncWrite for Output<T> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.taker().take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
