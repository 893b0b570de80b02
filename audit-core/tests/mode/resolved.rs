//! Actions whose type a resolver finds: what is off is not asked about further, and what can't be known may be any.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audit_core::{
    Actor, Fields, Mode, ModeTarget, Refused, Runtime, RuntimeBuilder, Snapshot, admit,
};

use crate::staged::Staged;
use crate::support::change;
use crate::world::World;

#[admit]
fn resolved() -> Result<(), Refused> {
    Ok(())
}

#[admit]
async fn resolved_async() -> Result<(), Refused> {
    Ok(())
}

/// How often a resolver was asked that comes after the action's type. A panic would be contained.
#[derive(Clone, Default)]
struct Asked(Arc<AtomicU64>);

impl Asked {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// Resolvers that count.
    fn by(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        let [action, tenant, actor, snapshot] = [(); 4].map(|()| self.clone());
        builder
            .action_resolver(move |_| {
                action.count();
                Ok(Fields::new())
            })
            .tenant_resolver(move |_| {
                tenant.count();
                Ok(None)
            })
            .actor_resolver(move |_| {
                actor.count();
                Ok(Actor::anonymous())
            })
            .snapshot_resolver(move |_| {
                snapshot.count();
                Ok(Snapshot::new())
            })
    }

    fn take(&self) -> u64 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

fn off() -> Staged {
    Staged::new().action("quiet", Mode::Off)
}

#[test]
fn once_its_type_is_known_to_be_off_no_further_resolver_is_asked() {
    let asked = Asked::default();
    let builder = || asked.by(Runtime::builder().policy(off()));
    let sync = World::of(builder().action_type_resolver(|_| Ok("quiet".into())));
    let awaited = World::of(builder().action_type_resolver_async(|_| async { Ok("quiet".into()) }));
    assert!(sync.run(resolved).is_ok());
    for world in [&sync, &awaited] {
        assert!(world.block_on(resolved_async()).is_ok());
        assert!(world.events().is_empty());
    }
    assert_eq!(asked.take(), 0);
    // What is judged asks them all.
    sync.runtime
        .set_mode(ModeTarget::action("quiet"), Mode::Shadow, change())
        .unwrap();
    assert!(sync.run(resolved).is_ok());
    assert_eq!(asked.take(), 4);
}

#[test]
fn switched_off_as_a_whole_the_type_is_not_asked_for() {
    let builder = Runtime::builder().policy(Staged::new().policy(Mode::Off));
    let asked = Asked::default();
    let counting = asked.clone();
    let world = World::of(builder.action_type_resolver(move |_| {
        counting.count();
        Ok("pay".into())
    }));
    assert!(world.run(resolved).is_ok());
    assert!(world.events().is_empty());
    assert_eq!(asked.take(), 0);
}

#[test]
fn a_call_whose_type_can_not_be_found_may_be_any_and_has_the_strictest_mode() {
    let failing = |policy: Staged| {
        let builder = Runtime::builder().policy(policy);
        World::of(builder.action_type_resolver(|_| Err("the store is away".into())))
    };
    let world = failing(off().policy(Mode::Shadow).action("pay", Mode::Enforce));
    assert!(world.run(resolved).is_err());
    assert_eq!(world.decisions()[0].mode, Mode::Enforce);

    let world = failing(off().policy(Mode::Shadow));
    assert!(world.run(resolved).is_ok());
    assert_eq!(world.decisions()[0].mode, Mode::Shadow);

    // The default of the attribute is stricter than any word.
    let world = failing(off().action("pay", Mode::Shadow));
    assert!(world.run(resolved).is_err());

    let set = |target, mode| world.runtime.set_mode(target, mode, change()).unwrap();
    set(ModeTarget::Everything, Mode::Off);
    assert!(world.run(resolved).is_ok(), "whatever it is, it is off");
    set(ModeTarget::action("resolved"), Mode::Enforce);
    assert!(world.run(resolved).is_err());
}

#[test]
fn an_expression_that_fails_is_in_the_mode_of_the_named_action() {
    #[admit(action = "quiet", actor = nobody())]
    fn quiet() -> Result<(), Refused> {
        Ok(())
    }
    #[admit(action = "pay", actor = nobody())]
    fn pay() -> Result<(), Refused> {
        Ok(())
    }
    fn nobody() -> Result<&'static str, &'static str> {
        Err("nobody is there")
    }
    let world = World::of(Runtime::builder().policy(off().action("pay", Mode::Shadow)));
    assert!(world.run(quiet).is_ok());
    assert!(world.events().is_empty());
    assert!(world.run(pay).is_ok());
    let decision = &world.decisions()[0];
    assert!(decision.is_indeterminate());
    assert_eq!((decision.mode, decision.applied), (Mode::Shadow, false));
}

#[test]
fn a_named_runtime_that_is_not_to_be_had_opens_no_gate_although_the_action_is_off() {
    #[admit(action = "quiet", runtime = none())]
    fn quiet() -> Result<(), Refused> {
        Ok(())
    }
    #[allow(clippy::unnecessary_box_returns, reason = "it never returns")]
    fn none() -> Runtime {
        panic!("none is configured")
    }
    let world = World::of(Runtime::builder().policy(off().policy(Mode::Off)));
    assert!(crate::support::quietly(|| world.run(quiet)).is_err());
    assert_eq!(world.decisions()[0].mode, Mode::Enforce);
}
