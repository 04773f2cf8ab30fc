//! The client on the other side, as the engine sees it. The edge implements it.

use std::io::{self, Write};

use crate::error::Error;

/// An answer under way. Exactly one of the methods [`Client::finish`], [`Client::cut`] and
/// [`Client::abandon`] ends it.
///
/// Writes block while the client takes nothing (back-pressure): on one thread that stops the scan.
/// A client that has gone is an error of the kind [`io::ErrorKind::BrokenPipe`].
pub trait Client: Write + Clone + Send + 'static {
    /// Headers that the answer carries whichever way it ends.
    fn promise(&mut self, headers: &[(&str, &str)]) -> io::Result<()>;

    /// Sends status and headers. What is written from now on is the body.
    fn begin(&mut self, status: u16, headers: &[(&str, &str)]) -> io::Result<()>;

    /// Ends the body: the answer is whole. Trailers reach clients that ask for them.
    fn finish(&mut self, trailers: &[(&str, &str)]) -> io::Result<()>;

    /// Ends the body so that the client sees that it is not whole.
    fn cut(&mut self);

    /// Ends the answer with `error`, by cutting it if it has begun, and the instance with it: for where
    /// no error can be returned.
    fn abandon(&mut self, error: &Error) -> !;
}
