//! The default runtime: its modes, its observer, and scopes beside it.

use std::sync::{Arc, Barrier, Mutex};

use audit_core::{InScope as _, Mode, Refused, admit, audit, install, runtime, set_observer};

use crate::alone::alone;
use crate::support::{self, policy_with_limit};
use crate::world::{World, block_on};

#[audit(action = "refund")]
fn audited(amount: u64) -> u64 {
    amount
}

#[admit(action = "refund")]
fn admitted(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[admit(action = "refund")]
async fn admitted_async(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[test]
fn a_scope_judges_although_the_default_was_switched_off_or_never_there() {
    alone(|| {
        let world = World::new();
        let judged = |by: &World| {
            by.run(|| {
                assert_eq!(audited(5000), 5000);
                assert!(admitted(5000).is_err());
            });
            assert!(block_on(admitted_async(5000).in_scope(&by.runtime)).is_err());
            assert_eq!(by.decisions().len(), 3);
        };
        // Asked before there is any runtime, on this thread and on others that live on.
        let meet = Barrier::new(2);
        std::thread::scope(|threads| {
            let other = threads.spawn(|| {
                assert!(admitted(5000).is_err());
                meet.wait();
                meet.wait();
                assert!(admitted(5000).is_ok(), "the default is off");
                judged(&World::new());
            });
            assert!(admitted(5000).is_err());
            judged(&world);
            meet.wait();
            install(support::builder().mode(Mode::Off).build().unwrap()).unwrap();
            assert!(admitted(5000).is_ok(), "the default is off");
            judged(&world);
            meet.wait();
            other.join().unwrap();
        });
        // Switched on, it judges outside of scopes at once, on every thread.
        support::set_mode(&runtime().unwrap(), Mode::Enforce);
        assert!(admitted(5000).is_err());
        std::thread::scope(|threads| {
            threads.spawn(|| assert!(admitted(5000).is_err()));
        });
        support::set_mode(&runtime().unwrap(), Mode::Off);
        assert!(admitted(5000).is_ok());
        judged(&world);
    });
}

#[test]
fn switched_off_before_any_scope_the_first_scope_judges_all_the_same() {
    alone(|| {
        install(support::builder().mode(Mode::Off).build().unwrap()).unwrap();
        for _ in 0..3 {
            assert!(admitted(5000).is_ok());
            assert!(block_on(admitted_async(5000)).is_ok());
            assert_eq!(audited(5000), 5000);
        }
        let world = World::new();
        assert!(world.run(|| admitted(5000)).is_err());
        assert!(block_on(admitted_async(5000).in_scope(&world.runtime)).is_err());
        assert!(admitted(5000).is_ok());
    });
}

#[test]
fn a_named_runtime_judges_although_the_default_is_off() {
    #[admit(action = "refund", runtime = &**strict)]
    fn named(amount: u64, strict: &Arc<audit_core::Runtime>) -> Result<u64, Refused> {
        drop(Arc::clone(strict));
        Ok(amount)
    }
    alone(|| {
        install(support::builder().mode(Mode::Off).build().unwrap()).unwrap();
        let strict = Arc::new(support::runtime());
        assert!(named(5000, &strict).is_err());
        assert!(admitted(5000).is_ok());
    });
}

#[test]
fn an_observer_set_before_the_install_sees_annotated_calls() {
    alone(|| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        set_observer(move |event| {
            let effect = event.decision.effect.to_string();
            let rule = event.decision.matched_rule.as_deref().map(str::to_owned);
            assert!(event.duration_ms() >= 0.0);
            told.lock().unwrap().push((effect, rule));
        });
        assert!(admitted(1).is_err());
        assert!(seen.lock().unwrap().is_empty());
        install(support::runtime()).unwrap();
        assert!(admitted(5000).is_err());
        assert_eq!(audited(1), 1);
        assert_eq!(
            *seen.lock().unwrap(),
            [
                ("block".to_owned(), Some("block_large".to_owned())),
                ("allow".to_owned(), None)
            ]
        );
    });
}

#[test]
fn a_scope_overrides_the_default_and_gives_it_back() {
    alone(|| {
        install(support::runtime()).unwrap();
        let lax = World::new();
        lax.runtime.reload(policy_with_limit(9_000));
        assert!(admitted(5000).is_err());
        assert!(lax.run(|| admitted(5000)).is_ok());
        assert!(admitted(5000).is_err());
        let caught = crate::world::caught(|| lax.run(|| panic!("inside")));
        assert!(caught.is_err());
        assert!(admitted(5000).is_err());
    });
}
