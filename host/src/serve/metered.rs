//! What a query burned, told in its answer (`--fuel`): in a header where the answer is short, in a trailer
//! where it is long, since nothing can be added to a head that is out.

use crate::sandbox::{Cut, GuestBody};
use bytes::Bytes;
use http::header::TRAILER;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

/// Units of fuel that the guest burned for the answer.
pub static FUEL: HeaderName = HeaderName::from_static("x-query-fuel");

/// Waits for the answer's end, or for more of it than is short.
pub async fn answer(response: Response<GuestBody>) -> Response<UnsyncBoxBody<Bytes, Cut>> {
    let (mut head, mut body) = response.into_parts();
    body.hold().await;
    let fuel = body.fuel();
    let body = if body.is_broken() {
        body.boxed_unsync()
    } else if body.is_whole() {
        head.headers.extend(fuel.await.map(|fuel| (FUEL.clone(), fuel.into())));
        body.boxed_unsync()
    } else {
        head.headers.append(TRAILER, HeaderValue::from_name(FUEL.clone()));
        let trailers = async { Some(Ok(HeaderMap::from_iter([(FUEL.clone(), fuel.await?.into())]))) };
        body.with_trailers(trailers).boxed_unsync()
    };
    Response::from_parts(head, body)
}
