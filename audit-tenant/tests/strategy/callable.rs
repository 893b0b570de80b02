//! Tenants that functions find.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use audit_core::{BoxError, TenantId};
use audit_tenant::StrategyErrorKind::{Malformed, Unanswered};
use audit_tenant::{Answer, CallableStrategy, StrategyError, TenantStrategy};
use http::request::Parts;

use crate::support::{assert_failed, failure, head, head_to, tenant};

/// Is pending once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    }
}

async fn by_path(request: &Parts) -> Result<Option<TenantId>, BoxError> {
    Yield(false).await;
    let name = request.uri.path().trim_start_matches('/');
    Ok((!name.is_empty())
        .then(|| TenantId::try_from(name))
        .transpose()?)
}

#[test]
fn a_function_finds_the_tenant() {
    let strategy = CallableStrategy::new(|request: &Parts| {
        Ok(request.uri.query().map(TenantId::try_from).transpose()?)
    });
    assert_eq!(
        tenant(&strategy, &head_to("/?acme", &[])).as_deref(),
        Some("acme")
    );
    assert_eq!(tenant(&strategy, &head(&[])), None);
}

#[test]
fn what_is_found_later_is_awaited_and_not_taken_for_the_tenant() {
    let strategy = CallableStrategy::awaited(by_path);
    let request = head_to("/acme", &[]);
    assert!(matches!(strategy.find(&request), Answer::Later(_)));
    assert_eq!(tenant(&strategy, &request).as_deref(), Some("acme"));
    assert_eq!(tenant(&strategy, &head(&[])), None);

    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let strategy = CallableStrategy::awaited(move |request: &Parts| {
        let (asked, name) = (Arc::clone(&counted), request.uri.path()[1..].to_owned());
        async move {
            Yield(false).await;
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(Some(TenantId::new(name)?))
        }
    });
    assert_eq!(tenant(&strategy, &request).as_deref(), Some("acme"));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn an_empty_name_is_no_tenant_from_a_function_either() {
    let strategy = CallableStrategy::new(|_| Ok(Some(TenantId::new("")?)));
    assert_failed(&strategy, &head(&[]), Malformed, "a tenant's name is empty");
}

#[test]
fn an_error_is_kept_for_the_program_and_quoted_nowhere() {
    let strategy = CallableStrategy::new(|_| Err("password `hunter2` is wrong".into()));
    let failure = failure(&strategy, &head(&[]));
    assert_eq!(
        failure.to_string(),
        "strategy `callable`: it answered with an error"
    );
    assert_eq!(
        failure.source().unwrap().to_string(),
        "password `hunter2` is wrong"
    );
}

#[test]
fn a_function_says_itself_in_what_way_a_request_is_wrong() {
    let strategy = CallableStrategy::new(|_| {
        Err(StrategyError::malformed("callable", "the path has no tenant").into())
    });
    assert_failed(&strategy, &head(&[]), Malformed, "the path has no tenant");
}

fn breaks() -> Result<Option<TenantId>, BoxError> {
    panic!("on purpose")
}

#[test]
fn a_panic_is_contained_wherever_it_comes() {
    let request = head(&[]);
    let at_once = CallableStrategy::new(|_| panic!("on purpose: hunter2"));
    assert_failed(&at_once, &request, Unanswered, "it panicked");
    assert!(!failure(&at_once, &request).to_string().contains("hunter2"));

    let as_it_is_asked = CallableStrategy::awaited(|_: &Parts| std::future::ready(breaks()));
    assert_failed(&as_it_is_asked, &request, Unanswered, "it panicked");

    let as_it_is_awaited = CallableStrategy::awaited(async |_: &Parts| {
        Yield(false).await;
        panic!("on purpose")
    });
    assert_failed(&as_it_is_awaited, &request, Unanswered, "it panicked");
}
