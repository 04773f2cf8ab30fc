//! One connection: TLS or not, HTTP/1.1 or HTTP/2, its limits and its end.

use super::abrupt::{Abrupt, Reset};
use super::port::Port;
use super::pulse::{Overdue, Pulse, Running};
use super::request::AnswerBody;
use super::signals::{Stop, Stopping};
use super::tls::Tls;
use super::watched::Watched;
use crate::args::Sockets;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Requests at once on one HTTP/2 connection. Each takes memory from its head to the end of its answer.
const STREAMS: u32 = 32;
/// Of an answer's bytes that HTTP/2 holds for a client that does not read, and the largest piece that it is
/// given; more waits in the guest.
const SEND_BUFFER: usize = 64 << 10;
/// To find out whether a client is there still, and for it to say so.
const PING: Duration = Duration::from_secs(20);

/// For a client that has just connected to say why, when the server stops.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// What all connections of a port share.
pub struct Settings {
    pub port: Port,
    pub tls: Option<Arc<Tls>>,
    pub header_timeout: Duration,
    pub idle_timeout: Duration,
    /// Every place is taken, and quiet connections make room.
    pub full: AtomicBool,
    http: auto::Builder<TokioExecutor>,
}

impl Settings {
    pub fn new(port: Port, tls: Option<Arc<Tls>>, sockets: &Sockets) -> Settings {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1()
            // Its time is measured by the pulse.
            .header_read_timeout(None)
            .max_buf_size(sockets.max_header_bytes as usize);
        // Floods of resets are counted and cut off by the library, by its own limits.
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(sockets.max_header_bytes)
            .max_send_buf_size(SEND_BUFFER)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        Settings {
            port,
            tls,
            header_timeout: sockets.header_timeout,
            idle_timeout: sockets.idle_timeout,
            full: AtomicBool::new(false),
            http,
        }
    }
}

/// Serves a connection to its end.
pub async fn serve(stream: TcpStream, settings: Arc<Settings>, stopping: Stopping) {
    // Answers are written in pieces as large as they come; waiting to join them only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::warn!(target: "polaroid", "cannot set TCP_NODELAY: {error}");
    }
    let reset = Reset::default();
    let stream = Abrupt::new(stream, reset.clone());
    let Some(tls) = &settings.tls else { return exchange(stream, reset, &settings, stopping).await };
    // Scanners, and clients that do not trust the certificate, are none of our business.
    let handshake = timeout(settings.header_timeout, tls.acceptor().accept(stream));
    if let Ok(Ok(stream)) = handshake.await {
        exchange(stream, reset, &settings, stopping).await;
    }
}

/// Answers requests until either side has had enough.
async fn exchange<S>(stream: S, reset: Reset, settings: &Arc<Settings>, stopping: Stopping)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Pulse::new();
    let service = service_fn(|request: Request<Incoming>| {
        let (settings, running) = (settings.clone(), pulse.request());
        let is_http_2 = request.version() == Version::HTTP_2;
        let piece = if is_http_2 { SEND_BUFFER } else { usize::MAX };
        let bare = is_http_2 && *request.method() == Method::HEAD;
        let reset = (request.version() <= Version::HTTP_10).then(|| reset.clone());
        async move {
            let answer = settings.port.answer(request).await;
            let rest = Bytes::new();
            // With a length, what is missing shows.
            let has_length =
                answer.headers().contains_key(CONTENT_LENGTH) || answer.body().size_hint().exact().is_some();
            let reset = reset.filter(|_| !has_length);
            Ok::<_, Infallible>(answer.map(|body| Answer { body, bare, piece, rest, reset, running }))
        }
    });
    let stream = TokioIo::new(Watched::new(stream, pulse.clone()));
    let mut connection = pin!(settings.http.serve_connection(stream, service));
    // Why a connection ends in an error is its client's doing, or was said by its answer's body.
    tokio::select! {
        _ = connection.as_mut() => return,
        overdue = overdue(&pulse, settings) => match overdue {
            // Nothing that could be said would be read, or be an answer to a request.
            Overdue::Head | Overdue::Stuck => return,
            Overdue::Quiet => {
                connection.as_mut().graceful_shutdown();
                let _ = timeout(settings.header_timeout, connection).await;
                return;
            }
        },
        () = stopping.reached(Stop::Drain) => {}
    }
    if !pulse.begun() && timeout(LAST_WORDS, connection.as_mut()).await.is_ok() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        _ = overdue(&pulse, settings) => {}
    }
}

/// Waits until something has gone on for too long. Looks now and then instead of setting a clock at
/// each request, so that a time may be exceeded by half of `--header-timeout`.
async fn overdue(pulse: &Pulse, settings: &Settings) -> Overdue {
    let (head, idle) = (settings.header_timeout, settings.idle_timeout);
    loop {
        tokio::time::sleep(head.min(idle) / 2).await;
        let quiet = if settings.full.load(Ordering::Relaxed) { head.min(idle) } else { idle };
        if let Some(overdue) = pulse.overdue(head, quiet) {
            return overdue;
        }
    }
}

/// An answer's body, which ends its request when it goes. Told the pulse: whoever sends it asks for a piece
/// when it could place the one before.
struct Answer {
    body: AnswerBody,
    /// It is for HEAD over HTTP/2, where hyper would send it.
    bare: bool,
    /// The largest piece that is given, so that a slow client is seen to take some.
    piece: usize,
    /// Of the last frame, what is still to be given.
    rest: Bytes,
    /// Where only the connection's end would end the body: set from its first frame to its last.
    reset: Option<Reset>,
    running: Running,
}

impl Answer {
    fn next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, <AnswerBody as Body>::Error>>> {
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let piece = self.rest.split_to(self.piece.min(self.rest.len()));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = <AnswerBody as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = self.next(context);
        self.running.waits(matches!(polled, Poll::Ready(Some(Ok(_)))));
        // Said here since HTTP/2 resets the stream and keeps the reason to itself.
        if let Poll::Ready(Some(Err(cut))) = &polled {
            tracing::warn!(target: "polaroid", "{cut}");
        }
        if let (Some(reset), Poll::Ready(frame)) = (&self.reset, &polled) {
            reset.set(frame.is_some() && !self.is_end_stream());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.bare || self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.rest.is_empty() {
            true => self.body.size_hint(),
            false => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::request::text;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn a_long_frame_goes_out_in_pieces() {
        let running = Pulse::new().request();
        let mut answer = Answer {
            body: text("x".repeat(25)),
            bare: false,
            piece: 10,
            rest: Bytes::new(),
            reset: None,
            running,
        };
        assert_eq!(answer.size_hint().exact(), Some(25));
        let mut pieces = Vec::new();
        while !answer.is_end_stream() {
            pieces.push(answer.frame().await.unwrap().unwrap().into_data().unwrap().len());
        }
        assert_eq!(pieces, [10, 10, 5]);
    }
}
