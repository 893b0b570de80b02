//! Tenants: their names, what is told of scopes that bind one, and that every event made in one carries it.

#![cfg(test)]

#[path = "tenant/carried.rs"]
mod carried;
#[path = "tenant/event.rs"]
mod event;
#[path = "tenant/name.rs"]
mod name;
#[path = "recorder/notebook.rs"]
mod notebook;
#[path = "tenant/scope.rs"]
mod scope;
mod support;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use audit_core::{Runtime, Scope, tenant};
use notebook::{Answer, Notebook};
use serde_json::Value;

/// A runtime that records in a notebook.
fn world() -> (Runtime, Arc<Notebook>) {
    let notebook = Notebook::that(Answer::Take);
    let runtime = support::builder()
        .recorder(Arc::<Notebook>::clone(&notebook))
        .build()
        .unwrap();
    (runtime, notebook)
}

fn scope_of(tenant: &str) -> Scope {
    tenant::scope(tenant).unwrap()
}

/// The tenant that is bound here.
fn bound() -> Option<String> {
    Scope::current()
        .tenant_id()
        .map(|tenant| tenant.to_string())
}

/// What is told of tenants: what happened, to which, and what is said besides.
fn told(notebook: &Notebook) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap_or("nobody").to_owned();
    let records = notebook.records().into_iter();
    let of_tenants = records.filter(|record| record["kind"] == "tenant");
    let told = of_tenants.map(|record| {
        (
            text(&record["name"]),
            text(&record["tenant"]),
            record["data"].clone(),
        )
    });
    told.collect()
}

/// What is expected to be told, by its name without `context_`.
fn line(name: &str, tenant: &str, data: Value) -> (String, String, Value) {
    (format!("context_{name}"), tenant.to_owned(), data)
}

/// Polls once, with nobody to wake.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Gives way once, and is woken at once.
async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
