//! Strategies that have to wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use audit_core::{BoxError, TenantId};
use audit_tenant::{CallableStrategy, TenantLayer};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::support::{Yield, bound, ended_by, names, now, of_acme, poll, recorded, request};

async fn by_header(request: &Parts) -> Result<Option<TenantId>, BoxError> {
    assert_eq!(bound(), None);
    Yield(false).await;
    let name = request.headers.get("x-tenant-id");
    name.map(|name| TenantId::try_from(name.to_str()?).map_err(BoxError::from))
        .transpose()
}

fn layer() -> TenantLayer<CallableStrategy> {
    TenantLayer::new(CallableStrategy::awaited(by_header))
}

/// Serves only if it itself was asked whether it is ready, as `tower` allows.
struct Strict {
    is_ready: bool,
    called: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self {
            is_ready: false,
            called: Arc::clone(&self.called),
        }
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<String>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(
            std::mem::take(&mut self.is_ready),
            "called before it was ready"
        );
        self.called.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok(Response::new(bound().unwrap_or_default())))
    }
}

#[test]
fn the_service_is_called_once_the_tenant_is_known_and_it_is_the_one_that_was_ready() {
    let called = Arc::new(AtomicUsize::new(0));
    let (_, told) = recorded(|| {
        let mut service = layer().layer(Strict {
            is_ready: false,
            called: Arc::clone(&called),
        });
        for _ in 0..2 {
            now(std::future::poll_fn(|cx| service.poll_ready(cx))).unwrap();
            let mut answer = Box::pin(service.call(of_acme()));
            let before = called.load(Ordering::Relaxed);
            assert!(poll(answer.as_mut()).is_pending());
            assert_eq!(called.load(Ordering::Relaxed), before);
            let response = now(answer).unwrap();
            assert_eq!(called.load(Ordering::Relaxed), before + 1);
            assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(4));
        }
    });
    assert_eq!(
        names(&told),
        ["context_bound", "context_released"].repeat(2)
    );
}

#[test]
fn a_request_given_up_while_its_tenant_is_looked_for_was_never_bound() {
    let (_, told) = recorded(|| {
        let mut service = layer().layer(crate::support::answers(String::new()));
        let mut answer = Box::pin(service.call(of_acme()));
        assert!(poll(answer.as_mut()).is_pending());
        drop(answer);
    });
    assert_eq!(names(&told), [""; 0]);
}

#[test]
fn what_is_found_too_late_is_refused_as_what_is_found_at_once() {
    let (_, told) = recorded(|| {
        let mut service = layer().layer(crate::support::answers(String::new()));
        let response = now(service.call(request(&[]))).unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let response = now(service.call(request(&[("x-tenant-id", "")]))).unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let response = now(service.call(of_acme())).unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    });
    let violation = "enforcement_violation";
    assert_eq!(
        names(&told),
        [violation, violation, "context_bound", "context_released"]
    );
    assert_eq!(ended_by(&told), None);
}
