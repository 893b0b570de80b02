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
use audit_core::{Actor, Scope, TenantId, register_sink, unregister_sink};
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

/// A request of this trace, if of one, goes through a service, and its response is dropped.
fn through<S: Service<Request<()>>>(service: &mut S, trace: Option<&'static str>) -> bool {
    let mut request = Request::new(());
    let headers = request.headers_mut();
    headers.insert("x-tenant-id", http::HeaderValue::from_static("acme"));
    if let Some(trace) = trace {
        headers.insert("traceparent", http::HeaderValue::from_static(trace));
    }
    let answer = pin!(service.call(request));
    matches!(
        answer.poll(&mut Context::from_waker(Waker::noop())),
        Poll::Ready(Ok(_))
    )
}

/// What the layer adds to a request.
fn requests(depth: Depth) {
    const TRACE: Option<&str> = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let by_header = || TenantLayer::new(HeaderStrategy::new());
    let with_actor = by_header().actor(|_| Some(Actor::new("alice")));
    let (mut bare, mut bare_too) = (Bare, Bare);
    let (mut layered, mut traced) = (by_header().layer(Bare), by_header().layer(Bare));
    let mut acting = with_actor.layer(Bare);
    assert!(through(&mut bare, TRACE) && through(&mut acting, TRACE));
    depth.report(
        "A request through a service that answers at once (target: 1 us more than bare)",
        vec![
            Contender::new("bare", || through(&mut bare, None)),
            Contender::new("`TenantLayer` by a header", || through(&mut layered, None)),
            Contender::new("bare, with a trace", || through(&mut bare_too, TRACE)),
            Contender::new("`TenantLayer`, with a trace", || {
                through(&mut traced, TRACE)
            }),
            Contender::new("the same, with an actor", || through(&mut acting, TRACE)),
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
            Contender::new("a request through `TenantLayer`", || {
                through(&mut layered, None)
            }),
        ],
    );
    unregister_sink(&sink);
    assert!(!sink.events().is_empty(), "every end is told");
    Ok(())
}
