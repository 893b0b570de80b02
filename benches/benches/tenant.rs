//! `cargo bench -p audit-benches --bench tenant`: what it costs to bind a tenant, and to look at a row.
//!
//! `cargo test` runs the same once over, without times: the tenant must be bound, and what crosses its boundary refused.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use audit_benches::measure::{Contender, Depth};
use audit_core::sink::MemorySink;
use audit_core::tenant::{TenantChange, TenantGuard, scope};
use audit_core::{Scope, TenantId, register_sink, unregister_sink};
use audit_tenant::{HeaderStrategy, TenantLayer};
use axum::body::Body;
use http::{Request, Response};
use tower_layer::Layer as _;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error>;

/// How many events the sink keeps: as many as stay in the caches of a machine.
const KEPT: usize = 1024;

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    // Before anybody listens: from then on it is looked whether somebody does.
    scopes(depth)?;
    rows(depth)?;
    requests(depth);
    told(depth)
}

tokio::task_local! {
    /// What people bind a tenant with by hand.
    static TENANT: TenantId;
}

/// A tenant is bound around next to nothing.
fn scopes(depth: Depth) -> Result<(), BoxError> {
    let acme = TenantId::new("acme")?;
    let bound = || {
        let Ok(scope) = scope(acme.clone());
        scope.run(|| black_box(1))
    };
    let Ok(acme_scope) = scope(acme.clone());
    assert_eq!(
        acme_scope.run(|| Scope::current().tenant_id()),
        Some(acme.clone())
    );
    depth.report(
        "A scope of a tenant, entered and left (target: 100 ns)",
        vec![
            Contender::new("bare", || black_box(1)),
            Contender::new("`tokio::task_local!`", || {
                TENANT.sync_scope(acme.clone(), || black_box(1))
            }),
            Contender::new("`tenant::scope`", bound),
        ],
    );
    Ok(())
}

/// A guard looks at rows and statements, with nobody told.
fn rows(depth: Depth) -> Result<(), BoxError> {
    let guard = TenantGuard::builder()
        .owned("invoice")
        .owned("customer")
        .build()?;
    scope("acme")?.run(|| {
        assert!(
            guard
                .update("invoice", Some("globex"), TenantChange::Unchanged)
                .is_err()
        );
        depth.report(
            "What a guard takes, nobody told",
            vec![
                Contender::new("comparing two texts", || {
                    black_box("acme") == black_box("globex")
                }),
                Contender::new("a row of the tenant", || {
                    guard
                        .update("invoice", black_box(Some("acme")), TenantChange::Unchanged)
                        .is_ok()
                }),
                Contender::new("a new row, which gets its tenant", || {
                    guard.insert("invoice", black_box(None)).is_ok()
                }),
                Contender::new("a row of another, refused", || {
                    guard
                        .update(
                            "invoice",
                            black_box(Some("globex")),
                            TenantChange::Unchanged,
                        )
                        .is_err()
                }),
                Contender::new("a join of two models", || {
                    guard.read(black_box(&["invoice", "customer"])).is_ok()
                }),
            ],
        );
    });
    Ok(())
}

/// Answers at once.
#[derive(Clone)]
struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let _seen = black_box(request);
        ready(Ok(Response::new(Body::empty())))
    }
}

/// A request goes through a service, and its response is dropped.
fn through<S: Service<Request<()>>>(service: &mut S) -> bool {
    let mut request = Request::new(());
    let acme = http::HeaderValue::from_static("acme");
    request.headers_mut().insert("x-tenant-id", acme);
    let answer = pin!(service.call(request));
    matches!(
        answer.poll(&mut Context::from_waker(Waker::noop())),
        Poll::Ready(Ok(_))
    )
}

/// What the layer adds to a request.
fn requests(depth: Depth) {
    let (mut bare, mut layered) = (Bare, TenantLayer::new(HeaderStrategy::new()).layer(Bare));
    assert!(through(&mut bare) && through(&mut layered));
    depth.report(
        "A request through a service that answers at once (target: 1 us more than bare)",
        vec![
            Contender::new("bare", || through(&mut bare)),
            Contender::new("`TenantLayer` by a header", || through(&mut layered)),
        ],
    );
}

/// The same where a sink keeps the beginning and the end of each.
fn told(depth: Depth) -> Result<(), BoxError> {
    let acme = TenantId::new("acme")?;
    let mut layered = TenantLayer::new(HeaderStrategy::new()).layer(Bare);
    let sink = Arc::new(MemorySink::with_capacity(KEPT));
    register_sink(Arc::clone(&sink))?;
    depth.report(
        "Told to a `MemorySink`: two events each",
        vec![
            Contender::new("`tenant::scope`", || {
                let Ok(scope) = scope(acme.clone());
                scope.run(|| black_box(1))
            }),
            Contender::new("a request through `TenantLayer`", || through(&mut layered)),
        ],
    );
    unregister_sink(&sink);
    assert!(!sink.events().is_empty(), "every end is told");
    Ok(())
}
