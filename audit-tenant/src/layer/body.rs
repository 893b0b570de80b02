//! [`TenantBody`]: the body of a response, which belongs to the request's tenant until its end.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf as _;
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::stay::Stay;

pin_project! {
    /// The body of a response, which belongs to the request's tenant until its end. Made by [`TenantService`](super::TenantService).
    ///
    /// Dropped before its end, as where whoever asked hangs up, the request was cancelled.
    pub struct TenantBody<R> {
        // There until its end.
        #[pin]
        inner: Option<R>,
        stay: Option<Stay>,
        left: Left,
    }

    impl<R> PinnedDrop for TenantBody<R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let Some(mut stay) = this.stay.take() else {
                return;
            };
            stay.run(|| this.inner.set(None));
            if this.left.is_nothing() {
                stay.finish();
            }
        }
    }
}

/// What of a body is still to come, as far as one can know who never asks for its end: servers don't once they have all that was announced.
#[derive(Clone, Copy, Debug)]
enum Left {
    /// So many bytes.
    Bytes(u64),
    Unknown,
    Nothing,
}

impl Left {
    /// Of the body of this response.
    fn of<R: Body>(head: &Parts, body: &R, is_head: bool) -> Self {
        let has_none = head.status.is_informational() || matches!(head.status.as_u16(), 204 | 304);
        if is_head || has_none || body.is_end_stream() {
            return Self::Nothing;
        }
        let announced = head.headers.get(CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse().ok());
        let bytes = announced.or(body.size_hint().exact());
        bytes.map_or(Self::Unknown, Self::Bytes)
    }

    /// Once this came.
    fn after<R: Body>(self, came: &Result<Frame<R::Data>, R::Error>, body: &R) -> Self {
        let Ok(frame) = came else {
            return Self::Nothing;
        };
        if frame.is_trailers() || body.is_end_stream() {
            return Self::Nothing;
        }
        match (self, frame.data_ref()) {
            (Self::Bytes(left), Some(data)) => {
                let came = u64::try_from(data.remaining()).unwrap_or(u64::MAX);
                Self::Bytes(left.saturating_sub(came))
            }
            (left, _) => left,
        }
    }

    fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing | Self::Bytes(0))
    }
}

impl<R> TenantBody<R> {
    /// One of no tenant.
    pub(super) fn unbound(inner: R) -> Self {
        Self {
            inner: Some(inner),
            stay: None,
            left: Left::Nothing,
        }
    }
}

impl<R: Body> TenantBody<R> {
    /// That of a response with this head, made in this stay.
    pub(super) fn bound(inner: R, head: &Parts, is_head: bool, mut stay: Stay) -> Self {
        let left = stay.run(|| Left::of(head, &inner, is_head));
        Self {
            inner: Some(inner),
            stay: Some(stay),
            left,
        }
    }
}

impl<R: Body> Body for TenantBody<R> {
    type Data = R::Data;
    type Error = R::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<R::Data>, R::Error>>> {
        let mut this = self.project();
        let Some(mut inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let Some(stay) = this.stay else {
            return inner.poll_frame(cx);
        };
        let left = *this.left;
        let polled = stay.run(|| {
            inner.as_mut().poll_frame(cx).map(|came| {
                let left = came
                    .as_ref()
                    .map_or(Left::Nothing, |came| left.after(came, &*inner));
                (came, left)
            })
        });
        let (came, left) = ready!(polled);
        *this.left = left;
        if came.is_none() {
            // Its destructors belong to the scope too.
            stay.run(|| this.inner.set(None));
            if let Some(stay) = this.stay.take() {
                stay.finish();
            }
        }
        Poll::Ready(came)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<R: Default> Default for TenantBody<R> {
    fn default() -> Self {
        Self::unbound(R::default())
    }
}

impl<R: From<&'static str>> From<&'static str> for TenantBody<R> {
    fn from(text: &'static str) -> Self {
        Self::unbound(R::from(text))
    }
}

impl<R> fmt::Debug for TenantBody<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantBody")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}
