//! What is bound, and around what.

use std::sync::{Arc, Mutex};

use audit_core::{Actor, InScope as _, Scope, TenantId, tenant};
use audit_tenant::{Answer, Found, HeaderStrategy, TenantLayer, TenantStrategy};
use http::Response;
use http::request::Parts;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::support::{Calls, Yield, bound, names, now, of_acme, poll, recorded, request};

fn layer() -> TenantLayer<HeaderStrategy> {
    TenantLayer::new(HeaderStrategy::new())
}

#[test]
fn call_future_and_extensions_know_the_tenant_and_nothing_is_left_behind() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut service = layer().layer(Calls({
        let seen = Arc::clone(&seen);
        move |request: http::Request<()>| {
            seen.lock().unwrap().push(bound());
            let extension = request.extensions().get::<TenantId>().cloned();
            seen.lock()
                .unwrap()
                .push(extension.map(|tenant| tenant.to_string()));
            let seen = Arc::clone(&seen);
            async move {
                seen.lock().unwrap().push(bound());
                Yield(false).await;
                seen.lock().unwrap().push(bound());
                Ok(Response::new(String::new()))
            }
        }
    }));
    let mut answer = Box::pin(service.call(of_acme()));
    assert_eq!(bound(), None, "between call and poll");
    assert!(poll(answer.as_mut()).is_pending());
    assert_eq!(bound(), None, "between polls");
    let response = now(answer).unwrap();
    assert_eq!(bound(), None, "between future and body");
    drop(response);
    assert_eq!(bound(), None);
    assert_eq!(*seen.lock().unwrap(), vec![Some("acme".to_owned()); 4]);
}

#[test]
fn what_is_spawned_knows_nothing_unless_it_is_carried() {
    let mut service = layer().layer(Calls(|_: http::Request<()>| async {
        let alone = tokio::spawn(async { bound() }).await.unwrap();
        let carried = tokio::spawn(async { bound() }.in_current_scope())
            .await
            .unwrap();
        let thread = std::thread::spawn(bound).join().unwrap();
        let carried_thread = std::thread::spawn(Scope::current().carry(bound))
            .join()
            .unwrap();
        assert_eq!((alone, thread), (None, None));
        assert_eq!(carried.as_deref(), Some("acme"));
        assert_eq!(carried_thread.as_deref(), Some("acme"));
        Ok(Response::new(String::new()))
    }));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(service.call(of_acme())).unwrap();
}

#[test]
fn interleaved_requests_see_each_their_own_tenant() {
    let mut service = layer().layer(Calls(|_: http::Request<()>| async {
        let before = bound().unwrap();
        Yield(false).await;
        Ok(Response::new(format!("{before} {}", bound().unwrap())))
    }));
    let mut acme = Box::pin(service.call(of_acme()));
    let mut globex = Box::pin(service.call(request(&[("x-tenant-id", "globex")])));
    assert!(poll(acme.as_mut()).is_pending());
    assert!(poll(globex.as_mut()).is_pending());
    for (answer, tenant) in [(acme, "acme"), (globex, "globex")] {
        let body = now(answer).unwrap().into_body();
        assert_eq!(text(body), format!("{tenant} {tenant}"));
    }
}

fn text(
    body: impl http_body::Body<Data = axum::body::Bytes, Error = std::convert::Infallible>,
) -> String {
    let mut body = std::pin::pin!(body);
    let mut text = Vec::new();
    while let std::task::Poll::Ready(Some(frame)) = crate::support::frame(body.as_mut()) {
        text.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    String::from_utf8(text).unwrap()
}

fn shown_by(
    layer: &TenantLayer<impl TenantStrategy>,
    headers: &[(&str, &str)],
) -> (Option<String>, Option<String>) {
    let mut service = layer.layer(Calls(|_: http::Request<()>| {
        let scope = Scope::current();
        let trace = scope.ambient().trace.map(|trace| trace.to_string());
        std::future::ready(Ok(Response::builder()
            .extension((scope.actor_id(), trace))
            .body(String::new())
            .unwrap()))
    }));
    let response = now(service.call(request(headers))).unwrap();
    response
        .extensions()
        .get::<(Option<String>, Option<String>)>()
        .unwrap()
        .clone()
}

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn the_trace_is_that_of_the_one_header() {
    let trace = |headers: &[(&str, &str)]| {
        let mut all = vec![("x-tenant-id", "acme")];
        all.extend(headers);
        shown_by(&layer(), &all).1
    };
    assert_eq!(
        trace(&[("traceparent", TRACE), ("tracestate", "a=1")]).as_deref(),
        Some(TRACE)
    );
    assert_eq!(trace(&[]), None);
    assert_eq!(
        trace(&[("traceparent", TRACE), ("traceparent", TRACE)]),
        None
    );
    for odd in [
        "",
        "00-0",
        &TRACE.to_uppercase(),
        &TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
    ] {
        assert_eq!(trace(&[("traceparent", odd)]), None, "{odd}");
    }
}

struct Known;

impl TenantStrategy for Known {
    fn name(&self) -> &'static str {
        "known"
    }

    fn find(&self, _: &Parts) -> Answer {
        let found = Found::new(TenantId::new("acme").unwrap());
        Ok(Some(found.actor(Actor::new("of the strategy")))).into()
    }
}

#[test]
fn the_actor_is_that_of_the_program_or_else_that_of_the_strategy() {
    let layer = TenantLayer::new(Known).actor(|request| {
        let name = request.headers.get("x-user")?.to_str().ok()?;
        Some(Actor::new(name.to_owned()))
    });
    assert_eq!(
        shown_by(&layer, &[("x-user", "alice")]).0.as_deref(),
        Some("alice")
    );
    assert_eq!(shown_by(&layer, &[]).0.as_deref(), Some("of the strategy"));
}

#[test]
fn head_and_body_are_one_binding_told_of_once() {
    let (_, told) = recorded(|| {
        let mut service = layer().actor(|_| Some(Actor::new("alice"))).layer(Calls(
            |_: http::Request<()>| async {
                Yield(false).await;
                Ok(Response::new("body".to_owned()))
            },
        ));
        let request = request(&[("x-tenant-id", "acme"), ("traceparent", TRACE)]);
        let body = now(service.call(request)).unwrap().into_body();
        assert_eq!(text(body), "body");
    });
    assert_eq!(names(&told), ["context_bound", "context_released"]);
    for told in told {
        assert_eq!(told.tenant.as_deref(), Some("acme"));
        assert_eq!(told.actor.as_deref(), Some("alice"));
        assert_eq!(told.trace.as_deref(), Some(TRACE));
        assert_eq!(told.data, serde_json::json!({}));
    }
}

#[test]
fn a_tenant_bound_around_the_service_is_told_of_and_in_force_again_afterwards() {
    let (_, told) = recorded(|| {
        tenant::scope("outer").unwrap().run(|| {
            let mut service = layer().layer(crate::support::answers(String::new()));
            now(service.call(of_acme())).unwrap();
            assert_eq!(bound().as_deref(), Some("outer"));
        });
    });
    let names = names(&told);
    assert_eq!(
        names,
        [
            "context_bound",
            "context_bound",
            "context_released",
            "context_released"
        ]
    );
    assert_eq!(told[1].data["outer_tenant_id"], "outer");
}

#[test]
fn layers_lie_in_each_other() {
    let inner = TenantLayer::new(HeaderStrategy::named("x-inner").unwrap());
    let mut service = layer().layer(inner.layer(Calls(|_: http::Request<()>| async {
        Ok(Response::new(bound().unwrap()))
    })));
    let request = request(&[("x-tenant-id", "acme"), ("x-inner", "globex")]);
    assert_eq!(
        text(now(service.call(request)).unwrap().into_body()),
        "globex"
    );
}
