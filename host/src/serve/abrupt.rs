//! A connection that can end so that its end is seen to be none.
//!
//! An answer over HTTP/1.0 has no chunks: the end of the connection is the end of the body, and one that was broken off
//! would look whole. What tells is a reset in the place of the end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Says whether the connection is to be reset if it ends now.
#[derive(Clone, Debug, Default)]
pub struct Reset(Arc<AtomicBool>);

impl Reset {
    pub fn set(&self, reset: bool) {
        self.0.store(reset, Ordering::Relaxed);
    }
}

/// A socket that is reset where it is dropped while its answer is not whole.
pub struct Abrupt {
    stream: TcpStream,
    reset: Reset,
}

impl Abrupt {
    pub fn new(stream: TcpStream, reset: Reset) -> Abrupt {
        Abrupt { stream, reset }
    }
}

impl Drop for Abrupt {
    fn drop(&mut self) {
        if self.reset.0.load(Ordering::Relaxed) {
            // Without time to linger, closing resets. Where it fails the client has gone.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Abrupt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Abrupt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
