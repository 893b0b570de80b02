//! Expressions in attributes: evaluated once, at the call, under guard.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use audit_core::{
    Actor, Capture, DecisionError, FailureKind, Refusal, Refused, Runtime, Stage, TenantId, Value,
    admit, audit,
};

use crate::support::quietly;
use crate::world::World;

/// Panics or fails, as told.
fn breaks<T>(panics: bool) -> Result<T, String> {
    assert!(!panics, "told to");
    Err("told to".to_owned())
}

struct Panics;

impl Capture for Panics {
    fn capture(&self) -> Value<'_> {
        panic!("captured")
    }
}

fn panics<T>() -> T {
    panic!("given")
}

fn kind_of(panics: bool) -> FailureKind {
    if panics {
        FailureKind::Panicked
    } else {
        FailureKind::Failed
    }
}

/// An audited and an admitted function under the same attribute, called: the first runs, the second does not.
macro_rules! both {
    ($world:expr, ($($attribute:tt)*), $($name:ident: $type:ty = $value:expr),*) => {{
        #[audit($($attribute)*)]
        fn audited($($name: $type),*) -> u8 {
            $(let _ = $name;)*
            1
        }
        #[audit($($attribute)*)]
        async fn audited_async($($name: $type),*) -> u8 {
            $(let _ = $name;)*
            1
        }
        #[admit($($attribute)*)]
        fn admitted($($name: $type,)* ran: &AtomicBool) -> Result<u8, Refused> {
            $(let _ = $name;)*
            ran.store(true, Ordering::Relaxed);
            Ok(1)
        }
        let ran = AtomicBool::new(false);
        let refused = quietly(|| {
            assert_eq!($world.run(|| audited($($value),*)), 1);
            assert_eq!($world.block_on(audited_async($($value),*)), 1);
            $world.run(|| admitted($($value,)* &ran)).unwrap_err()
        });
        assert!(!ran.load(Ordering::Relaxed));
        assert_eq!(refused.refusal(), Refusal::Indeterminate);
        assert!(!refused.to_string().contains("told to"));
        errors(&$world)
    }};
}

fn errors(world: &World) -> Vec<(Stage, FailureKind)> {
    let said = |error: DecisionError| (error.stage, error.kind);
    let decisions = world.decisions().into_iter();
    decisions
        .map(|decision| said(decision.error.unwrap()))
        .collect()
}

#[test]
fn an_expression_that_fails_or_panics_makes_the_decision_indeterminate_at_its_stage() {
    let world = World::new();
    for told in [false, true] {
        let kind = kind_of(told);
        assert_eq!(
            both!(world, (actor = breaks::<Actor>(it)), it: bool = told),
            [(Stage::Actor, kind); 3]
        );
        assert_eq!(
            both!(world, (tenant = breaks::<TenantId>(it)), it: bool = told),
            [(Stage::Tenant, kind); 3]
        );
        assert_eq!(
            both!(world, (resource = breaks::<String>(it)), it: bool = told),
            [(Stage::Action, kind); 3]
        );
    }
    assert_eq!(
        both!(world, (snapshot(a = panics::<u8>())),),
        [(Stage::Snapshot, FailureKind::Panicked); 3]
    );
    assert_eq!(
        both!(world, (runtime = panics::<Runtime>()),),
        [(Stage::Runtime, FailureKind::Panicked); 3]
    );
    assert_eq!(
        both!(world, (fields(b = panics::<u8>())),),
        [(Stage::Action, FailureKind::Panicked); 3]
    );
    assert_eq!(
        both!(world, (fields(it)), it: &Panics = &Panics),
        [(Stage::Action, FailureKind::Panicked); 3]
    );
    assert_eq!(
        both!(world, (fields(b = &it)), it: &Panics = &Panics),
        [(Stage::Action, FailureKind::Panicked); 3]
    );
}

#[test]
fn an_empty_tenant_is_refused_wherever_it_comes_from() {
    let world = World::new();
    assert_eq!(
        both!(world, (tenant = name), name: &str = ""),
        [(Stage::Tenant, FailureKind::Failed); 3]
    );
}

#[test]
fn an_implicit_argument_that_panics_while_it_is_captured_is_indeterminate() {
    #[admit(action = "refund")]
    fn refund(amount: &Panics) -> Result<&Panics, Refused> {
        Ok(amount)
    }
    let world = World::new();
    let refused = quietly(|| world.run(|| refund(&Panics).map(|_| ()))).unwrap_err();
    assert_eq!(refused.refusal(), Refusal::Indeterminate);
    assert_eq!(errors(&world), [(Stage::Action, FailureKind::Panicked)]);
}

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

fn counted<T>(value: T) -> T {
    ASKED.set(ASKED.get() + 1);
    value
}

#[test]
fn every_expression_is_evaluated_once_and_none_where_nobody_wants_to_know() {
    #[audit(
        action = "refund",
        actor = counted("alice"),
        tenant = counted("acme"),
        resource = counted("order:7"),
        snapshot(frozen = counted(false), limit = counted(3)),
        fields(amount = counted(1), currency = counted("EUR")),
        ret
    )]
    fn refund() -> u8 {
        1
    }
    let world = World::with(|builder| {
        builder.action_resolver(|call| Ok(call.fields().clone().into_owned()))
    });
    world.run(refund);
    assert_eq!(ASKED.take(), 7);
    let event = &world.events()[0];
    assert_eq!(event.actor.as_ref().unwrap().id(), Some("alice"));
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    assert_eq!(event.resource.as_deref(), Some("order:7"));
    let json = serde_json::to_value(event.snapshot.as_ref().unwrap()).unwrap();
    assert_eq!(json, serde_json::json!({"frozen": false, "limit": 3}));

    crate::support::set_mode(&world.runtime, audit_core::Mode::Off);
    world.run(refund);
    assert_eq!(ASKED.take(), 0, "nobody is asked who is switched off");
    std::thread::scope(|threads| {
        let off = threads.spawn(|| {
            refund();
            ASKED.get()
        });
        assert_eq!(off.join().unwrap(), 0, "no runtime is in force there");
    });
}

#[test]
fn an_attributes_word_wins_over_the_resolver_which_is_not_asked() {
    #[audit(action = "refund", actor = "attribute", tenant = "attribute")]
    fn refund() {}
    let world = World::with(|builder| {
        builder
            .actor_resolver(|_| panic!("asked"))
            .tenant_resolver(|_| panic!("asked"))
    });
    world.run(refund);
    let event = &world.events()[0];
    assert!(event.decision.as_ref().unwrap().error.is_none());
    assert_eq!(event.actor.as_ref().unwrap().id(), Some("attribute"));
    assert_eq!(event.tenant.as_deref(), Some("attribute"));
}

#[test]
fn a_named_runtime_wins_over_that_of_the_scope() {
    #[admit(action = "refund", runtime = strict)]
    fn refund(amount: u64, strict: &Runtime) -> Result<u64, Refused> {
        drop(strict.clone());
        Ok(amount)
    }
    let (strict, lax) = (World::new(), World::new());
    lax.runtime.reload(crate::support::policy_with_limit(9_000));
    assert!(lax.run(|| refund(5000, &strict.runtime)).is_err());
    assert!(
        refund(1, &strict.runtime).is_ok(),
        "and where there is no scope"
    );
    assert!(lax.events().is_empty());
    assert_eq!(strict.decisions().len(), 2);
}
