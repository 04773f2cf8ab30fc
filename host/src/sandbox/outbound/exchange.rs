//! A request and its answer on a connection of their own, within the guest's time limits.

use super::Io;
use super::connect::Stream;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, timeout};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Where a guest sets no limit.
const PATIENCE: Duration = Duration::from_secs(600);

/// Sends the request and waits for the answer's head.
pub async fn exchange(
    stream: Box<dyn Stream>,
    mut request: Request<WasiBody>,
    options: &RequestOptions,
) -> Result<(Response<WasiBody>, Io), Error> {
    // A server is asked for a path; scheme and authority are for proxies.
    let path =
        request.uri().path_and_query().cloned().unwrap_or_else(|| http::uri::PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from(path);

    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Not polled again once it has ended.
    let mut connection = Some(Box::pin(connection));
    let first_byte = options.first_byte_timeout.unwrap_or(PATIENCE);
    let answer = {
        let mut answer = pin!(timeout(first_byte, sender.send_request(request)));
        tokio::select! {
            answer = answer.as_mut() => answer,
            ended = drive(&mut connection) => {
                // Over before the answer was taken up: it has come, or it never will.
                ended?;
                answer.await
            }
        }
    };
    let answer = answer.map_err(|_| Error::ConnectionReadTimeout)??;
    let patience = options.between_bytes_timeout.unwrap_or(PATIENCE);
    let answer = answer.map(|body| Timed { body, patience, clock: Box::pin(sleep(patience)) }.boxed_unsync());
    Ok((answer, Box::new(async move { drive(&mut connection).await })))
}

/// Drives a connection to its end, if it has not come to it.
async fn drive<F: Future<Output = hyper::Result<()>> + Unpin>(
    connection: &mut Option<F>,
) -> Result<(), Error> {
    if let Some(going) = connection {
        let ended = going.await;
        *connection = None;
        ended?;
    }
    Ok(())
}

/// A body whose pieces have to come within a time of each other.
struct Timed {
    body: Incoming,
    patience: Duration,
    clock: Pin<Box<Sleep>>,
}

impl Body for Timed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let next = Instant::now() + self.patience;
                self.clock.as_mut().reset(next);
                Poll::Ready(frame.map(|frame| frame.map_err(Error::from)))
            }
            Poll::Pending => match self.clock.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(Error::ConnectionReadTimeout))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
