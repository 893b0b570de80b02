//! What a dashboard sees of requests, in which order, whatever ends them.
//!
//! One test at a time: the switch is one for the process, and `tracing` remembers of each place whether anybody wants to know of it.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests have in common stands in no test"
)]
#![allow(
    dead_code,
    reason = "this test binary uses a part of what they have in common"
)]

#[path = "layer/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use audit_core::observability;
use audit_tenant::{CallableStrategy, HeaderStrategy, MissingTenant, TenantLayer};
use http::Response;
use tower_layer::Layer as _;
use tower_service::Service as _;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use support::{Calls, Yield, answers, now, of_acme, panics, poll, recorded, request};

#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    target: &'static str,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

struct Watching(Arc<Mutex<Vec<Seen>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Watching {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut seen = Seen {
            name: event.metadata().name(),
            target: event.metadata().target(),
            ..Seen::default()
        };
        event.record(&mut seen);
        self.0.lock().unwrap().push(seen);
    }
}

/// What is seen while something runs with the path on.
fn observe(work: impl FnOnce()) -> Vec<Seen> {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::registry().with(Watching(Arc::clone(&seen)));
    tracing::subscriber::with_default(subscriber, || {
        observability::enable();
        work();
        observability::disable();
    });
    seen.lock().unwrap().clone()
}

fn names(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.name).collect()
}

fn layer() -> TenantLayer<HeaderStrategy> {
    TenantLayer::new(HeaderStrategy::new())
}

type Nothing = Result<Response<String>, std::convert::Infallible>;

fn breaks() -> Nothing {
    panic!("on purpose")
}

const BEGIN: [&str; 2] = ["tenant.middleware.request_bound", "tenant.scope.entered"];
const END: [&str; 2] = ["tenant.scope.exited", "tenant.middleware.request_unbound"];
const CUT_OFF: [&str; 3] = [
    "tenant.scope.exception",
    "tenant.scope.exited",
    "tenant.middleware.request_unbound",
];

#[test]
fn a_request_is_bound_then_its_scope_entered_then_left_then_it_is_unbound() {
    let seen = observe(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| async {
            Yield(false).await;
            Ok(Response::new(String::new()))
        }));
        now(service.call(of_acme())).unwrap();
    });
    assert_eq!(names(&seen), [BEGIN, END].concat());
    for seen in &seen {
        assert_eq!(seen.fields["tenant_id"], "acme");
        let is_of_layer = seen.name.starts_with("tenant.middleware");
        let class = if is_of_layer {
            "middleware_class"
        } else {
            "scope_class"
        };
        assert_eq!(seen.fields[class], "TenantLayer");
    }
}

#[test]
fn the_order_holds_whatever_ends_a_request() {
    let seen = observe(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| async {
            Yield(false).await;
            breaks()
        }));
        // Kept, to see that the end is told as it comes and not as the future goes.
        let mut answer = Box::pin(service.call(of_acme()));
        assert!(poll(answer.as_mut()).is_pending());
        panics(|| poll(answer.as_mut()));
        tracing::info!(name: "kept", "still there");
    });
    assert_eq!(names(&seen), [&BEGIN[..], &CUT_OFF, &["kept"]].concat());

    let seen = observe(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| {
            std::future::pending::<Nothing>()
        }));
        drop(service.call(of_acme()));
    });
    assert_eq!(names(&seen), [&BEGIN[..], &CUT_OFF].concat());

    let seen = observe(|| {
        let response = now(layer().layer(answers("body".to_owned())).call(of_acme())).unwrap();
        drop(response);
    });
    assert_eq!(names(&seen), [&BEGIN[..], &CUT_OFF].concat());

    let seen = observe(|| {
        let mut service = layer().layer(Calls(
            |_: http::Request<()>| -> std::future::Ready<Nothing> { panic!("on purpose") },
        ));
        panics(|| service.call(of_acme()));
    });
    assert_eq!(names(&seen), [&BEGIN[..], &CUT_OFF].concat());
}

#[test]
fn a_request_without_a_tenant_is_none_of_these() {
    let seen = observe(|| {
        let layer = layer().missing(MissingTenant::Allow);
        now(layer.layer(answers(String::new())).call(request(&[]))).unwrap();
    });
    assert_eq!(names(&seen), [""; 0]);
    let seen = observe(|| {
        now(layer().layer(answers(String::new())).call(request(&[]))).unwrap();
    });
    assert_eq!(names(&seen), ["tenant.read.blocked"]);
    assert_eq!(seen[0].fields["model_class"], "request");
}

#[test]
fn a_request_that_was_bound_is_unbound_though_the_path_was_switched_off_meanwhile() {
    let seen = observe(|| {
        let mut service = layer().layer(Calls(|_: http::Request<()>| async {
            observability::disable();
            Ok(Response::new(String::new()))
        }));
        now(service.call(of_acme())).unwrap();
    });
    assert_eq!(names(&seen), [BEGIN, END].concat());
    let seen = observe(|| {
        observability::disable();
        let mut service = layer().layer(Calls(|_: http::Request<()>| async {
            observability::enable();
            Ok(Response::new(String::new()))
        }));
        now(service.call(of_acme())).unwrap();
    });
    assert_eq!(names(&seen), [""; 0], "what was not begun has no end");
}

#[test]
fn that_nobody_could_find_out_is_the_houses_to_know_and_no_violation() {
    let layer = TenantLayer::new(CallableStrategy::new(|_| {
        Err("the directory is down".into())
    }));
    let mut violations = None;
    let seen = observe(|| {
        let (response, told) = recorded(|| {
            let mut service = layer.layer(answers(String::new()));
            let response: Response<audit_tenant::TenantBody<String>> =
                now(service.call(of_acme())).unwrap();
            response
        });
        assert_eq!(response.status(), 500);
        violations = Some(told.len());
    });
    assert_eq!(violations, Some(0));
    let warned: Vec<_> = seen
        .iter()
        .filter(|seen| seen.target == "audit::health")
        .collect();
    assert_eq!(warned.len(), 1, "{seen:#?}");
    assert_eq!(
        warned[0].fields["message"],
        "whose a request is could not be found out: strategy `callable`: it answered with an error: the directory is down"
    );
}
