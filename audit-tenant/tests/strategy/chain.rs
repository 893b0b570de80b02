//! Several strategies by one rule.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use audit_core::{Actor, TenantId};
use audit_tenant::StrategyErrorKind::{Ambiguous, Malformed};
use audit_tenant::{
    Answer, CallableStrategy, ChainStrategy, Found, HeaderStrategy, HostStrategy, StrategyError,
    TenantStrategy,
};
use http::request::Parts;

use crate::support::{failure, find, head, tenant};

/// Always answers the same, and counts how often it was asked.
struct Always(Result<Option<&'static str>, &'static str>, Arc<AtomicUsize>);

impl TenantStrategy for Always {
    fn name(&self) -> &'static str {
        "always"
    }

    fn find(&self, _: &Parts) -> Answer {
        self.1.fetch_add(1, Ordering::Relaxed);
        let tenant = |name| Found::new(TenantId::new(name).unwrap());
        let failed = |reason| StrategyError::malformed("always", reason);
        self.0.map(|name| name.map(tenant)).map_err(failed).into()
    }
}

fn always(name: impl Into<Option<&'static str>>) -> Always {
    Always(Ok(name.into()), Arc::default())
}

fn failing() -> Always {
    Always(Err("forged"), Arc::default())
}

fn later(name: &'static str) -> CallableStrategy {
    CallableStrategy::awaited(move |_: &Parts| {
        std::future::ready(Ok(Some(TenantId::new(name).unwrap())))
    })
}

#[test]
fn the_first_that_finds_a_tenant_says_which_and_ends_the_chain() {
    let unasked = always("globex");
    let asked = Arc::clone(&unasked.1);
    let chain = ChainStrategy::first()
        .then(always(None))
        .then(always("acme"))
        .then(unasked);
    assert_eq!(tenant(&chain, &head(&[])).as_deref(), Some("acme"));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn a_strategy_that_fails_ends_the_chain_whatever_the_rule() {
    for rule in [ChainStrategy::first, ChainStrategy::agree] {
        let unasked = always("acme");
        let asked = Arc::clone(&unasked.1);
        let chain = rule().then(always(None)).then(failing()).then(unasked);
        let error = failure(&chain, &head(&[]));
        assert_eq!(error.to_string(), "strategy `always`: forged");
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }
    let chain = ChainStrategy::agree().then(always("acme")).then(failing());
    assert_eq!(failure(&chain, &head(&[])).kind(), Malformed);
}

#[test]
fn all_that_find_a_tenant_must_agree() {
    let chain = ChainStrategy::agree()
        .then(HostStrategy::new(["example.com"]).unwrap())
        .then(HeaderStrategy::new());
    let of = |host: &[u8], header: &[u8]| head(&[("host", host), ("x-tenant-id", header)]);
    assert_eq!(
        tenant(&chain, &of(b"acme.example.com", b"acme")).as_deref(),
        Some("acme")
    );
    assert_eq!(
        tenant(&chain, &of(b"example.com", b"acme")).as_deref(),
        Some("acme")
    );
    let error = failure(&chain, &of(b"acme.example.com", b"globex"));
    assert_eq!(error.kind(), Ambiguous);
    assert_eq!(
        error.to_string(),
        "strategy `chain`: the strategies found different tenants, expected all to find the same"
    );
}

#[test]
fn strategies_that_wait_are_awaited_in_their_place() {
    let chain = ChainStrategy::first()
        .then(always(None))
        .then(later("acme"))
        .then(always("globex"));
    assert_eq!(tenant(&chain, &head(&[])).as_deref(), Some("acme"));

    let chain = ChainStrategy::agree()
        .then(always("acme"))
        .then(later("acme"))
        .then(always("acme"));
    assert_eq!(tenant(&chain, &head(&[])).as_deref(), Some("acme"));

    for chain in [
        ChainStrategy::agree()
            .then(later("acme"))
            .then(later("globex")),
        ChainStrategy::agree()
            .then(always("acme"))
            .then(later("globex")),
        ChainStrategy::agree()
            .then(later("acme"))
            .then(always("globex")),
    ] {
        assert_eq!(failure(&chain, &head(&[])).kind(), Ambiguous);
    }
    let chain = ChainStrategy::first().then(failing()).then(later("acme"));
    assert_eq!(failure(&chain, &head(&[])).reason(), "forged");
}

#[test]
fn a_chain_in_a_chain_is_a_strategy_like_others() {
    let inner = ChainStrategy::first()
        .then(always(None))
        .then(later("acme"));
    let chain = ChainStrategy::agree()
        .then(Arc::new(inner))
        .then(Box::new(always("acme")));
    assert_eq!(tenant(&chain, &head(&[])).as_deref(), Some("acme"));
    assert_eq!(tenant(&ChainStrategy::agree(), &head(&[])), None);
}

#[test]
fn who_acts_is_known_from_the_first_of_those_that_agree_who_knows_it() {
    struct Known;
    impl TenantStrategy for Known {
        fn name(&self) -> &'static str {
            "known"
        }
        fn find(&self, _: &Parts) -> Answer {
            let found = Found::new(TenantId::new("acme").unwrap());
            Ok(Some(found.actor(Actor::new("alice")))).into()
        }
    }
    let chain = ChainStrategy::agree().then(always("acme")).then(Known);
    let found = find(&chain, &head(&[])).unwrap().unwrap();
    assert_eq!(found.found_actor().and_then(Actor::id), Some("alice"));
}

#[test]
fn where_all_must_find_the_same_a_header_alone_binds_nothing() {
    let strategy = ChainStrategy::all()
        .then(HostStrategy::new(["example.com"]).unwrap())
        .then(HeaderStrategy::new());
    let asked = |host: &str, header: Option<&str>| {
        let mut request = http::Request::builder().header("host", host);
        if let Some(tenant) = header {
            request = request.header("x-tenant-id", tenant);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let Answer::Now(finding) = strategy.find(&parts) else {
            panic!("both know at once");
        };
        finding
    };
    for host in ["example.com", "elsewhere.org", "10.0.0.1"] {
        let refused = asked(host, Some("acme")).unwrap_err();
        assert_eq!(refused.kind(), Ambiguous, "{host}");
        assert_eq!(asked(host, None).unwrap(), None, "{host}");
    }
    assert!(asked("acme.example.com", None).is_err());
    assert!(asked("acme.example.com", Some("globex")).is_err());
    let found = asked("acme.example.com", Some("acme")).unwrap().unwrap();
    assert_eq!(&**found.tenant(), "acme");
}
