//! What answers refused requests makes a body of a text, and that of this service is made of no text.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use audit_tenant::{HeaderStrategy, TenantLayer};
use http::{Request, Response};
use http_body::{Body, Frame};
use tower_layer::Layer;
use tower_service::Service;

struct Packets;

impl Body for Packets {
    type Data = &'static [u8];
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
        Poll::Ready(None)
    }
}

#[derive(Clone)]
struct Echo;

impl Service<Request<()>> for Echo {
    type Response = Response<Packets>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Packets>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Packets)))
    }
}

fn serve(_: impl Service<Request<()>>) {}

fn main() {
    serve(TenantLayer::new(HeaderStrategy::new()).layer(Echo));
}
