//! Heads of requests, and what a strategy finds in them.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use audit_tenant::{Answer, Finding, StrategyError, StrategyErrorKind, TenantStrategy};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request};

/// The head of a request to this target with these headers, byte by byte.
pub(crate) fn head_to(target: &str, headers: &[(&'static str, &[u8])]) -> Parts {
    let (mut head, ()) = Request::builder()
        .uri(target)
        .body(())
        .unwrap()
        .into_parts();
    head.headers = headers
        .iter()
        .map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, HeaderValue::from_bytes(value).unwrap())
        })
        .fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        });
    head
}

pub(crate) fn head(headers: &[(&'static str, &[u8])]) -> Parts {
    head_to("/", headers)
}

/// What a strategy finds, which answers at once or as soon as it is polled.
pub(crate) fn find(strategy: &impl TenantStrategy, request: &Parts) -> Finding {
    match strategy.find(request) {
        Answer::Now(finding) => finding,
        Answer::Later(later) => {
            let mut later = pin!(later);
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..100 {
                if let Poll::Ready(finding) = later.as_mut().poll(&mut context) {
                    return finding;
                }
            }
            panic!("a hundred polls are enough");
        }
    }
}

/// The name of the tenant that it finds, if it finds one.
#[track_caller]
pub(crate) fn tenant(strategy: &impl TenantStrategy, request: &Parts) -> Option<String> {
    let found = find(strategy, request).unwrap();
    found.map(|found| found.tenant().to_string())
}

/// How it fails.
#[track_caller]
pub(crate) fn failure(strategy: &impl TenantStrategy, request: &Parts) -> StrategyError {
    find(strategy, request).unwrap_err()
}

/// That it fails in this way, for a reason with these words.
#[track_caller]
#[allow(dead_code, reason = "one test binary compares the whole text")]
pub(crate) fn assert_failed(
    strategy: &impl TenantStrategy,
    request: &Parts,
    kind: StrategyErrorKind,
    reason: &str,
) {
    let failure = failure(strategy, request);
    assert_eq!(failure.kind(), kind, "{failure}");
    assert_eq!(failure.strategy(), strategy.name());
    assert!(failure.reason().contains(reason), "{failure}");
}
