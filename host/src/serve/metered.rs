//! What a query burned, told in its answer (`--fuel`): in a header where the answer is short, in a trailer
//! where it is long, since nothing can be added to a head that is out.

use crate::sandbox::{Cut, GuestBody};
use bytes::{Buf, Bytes};
use http::header::TRAILER;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Units of fuel that the guest burned for the answer.
pub static FUEL: HeaderName = HeaderName::from_static("x-query-fuel");

/// Bytes of an answer that are held back until its end is seen; with more, the head goes out.
const HELD: usize = 64 << 10;

/// Waits for the answer's end, or for more of it than is held back.
pub async fn answer(response: Response<GuestBody>) -> Response<Metered> {
    let (mut head, mut body) = response.into_parts();
    let mut held = VecDeque::new();
    let mut bytes = 0;
    let rest = loop {
        match body.frame().await {
            Some(Ok(frame)) => {
                bytes += length(&frame);
                // An empty piece says nothing, and any number of them would be short.
                if length(&frame) > 0 || frame.is_trailers() {
                    held.push_back(frame);
                }
                if bytes > HELD {
                    head.headers.append(TRAILER, HeaderValue::from_name(FUEL.clone()));
                    break Rest::Body(body);
                }
            }
            Some(Err(cut)) => break Rest::Cut { cut, sent: false },
            None => {
                if let Some(fuel) = body.fuel().await {
                    head.headers.insert(FUEL.clone(), fuel.into());
                }
                break Rest::Nothing;
            }
        }
    };
    Response::from_parts(head, Metered { held, rest })
}

/// An answer's body, its beginning held back.
pub struct Metered {
    held: VecDeque<Frame<Bytes>>,
    rest: Rest,
}

/// What comes after the frames that were held back.
enum Rest {
    Nothing,
    Cut {
        cut: Cut,
        /// What was held back is on its way.
        sent: bool,
    },
    Body(GuestBody),
    /// The guest's last moments, after its body.
    Fuel(Pin<Box<dyn Future<Output = Option<u64>> + Send>>),
}

impl Body for Metered {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(frame) = self.held.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        loop {
            match &mut self.rest {
                Rest::Body(body) => match ready!(Pin::new(body).poll_frame(context)) {
                    None => {}
                    frame => return Poll::Ready(frame),
                },
                Rest::Fuel(fuel) => {
                    let fuel = ready!(fuel.as_mut().poll(context));
                    self.rest = Rest::Nothing;
                    let trailer =
                        |fuel: u64| Frame::trailers(HeaderMap::from_iter([(FUEL.clone(), fuel.into())]));
                    return Poll::Ready(fuel.map(|fuel| Ok(trailer(fuel))));
                }
                // A reader that has nothing to wait for sends on what it has, so that the client sees the
                // beginning before it is cut.
                Rest::Cut { sent: sent @ false, .. } => {
                    *sent = true;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Rest::Nothing | Rest::Cut { .. } => {}
            }
            match std::mem::replace(&mut self.rest, Rest::Nothing) {
                Rest::Body(mut body) => self.rest = Rest::Fuel(Box::pin(async move { body.fuel().await })),
                Rest::Cut { cut, .. } => return Poll::Ready(Some(Err(cut))),
                Rest::Fuel(_) | Rest::Nothing => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && matches!(self.rest, Rest::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        match self.rest {
            Rest::Nothing => SizeHint::with_exact(self.held.iter().map(length).sum::<usize>() as u64),
            _ => SizeHint::default(),
        }
    }
}

fn length(frame: &Frame<Bytes>) -> usize {
    frame.data_ref().map_or(0, Buf::remaining)
}
