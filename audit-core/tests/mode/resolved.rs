//! Actions whose type a resolver finds: what is off is not asked about further, and what can't be known may be any.

use audit_core::{Mode, ModeTarget, Refused, Runtime, RuntimeBuilder, admit};

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

/// Resolvers that fail the test if they are asked.
fn untouchable(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder
        .action_resolver(|_| panic!("asked"))
        .tenant_resolver(|_| panic!("asked"))
        .actor_resolver(|_| panic!("asked"))
        .snapshot_resolver(|_| panic!("asked"))
}

fn off() -> Staged {
    Staged::new().action("quiet", Mode::Off)
}

#[test]
fn once_its_type_is_known_to_be_off_no_further_resolver_is_asked() {
    let sync = Runtime::builder().policy(off());
    let awaited = Runtime::builder().policy(off());
    let worlds = [
        World::of(untouchable(
            sync.action_type_resolver(|_| Ok("quiet".into())),
        )),
        World::of(untouchable(
            awaited.action_type_resolver_async(|_| async { Ok("quiet".into()) }),
        )),
    ];
    for world in &worlds {
        assert!(world.block_on(resolved_async()).is_ok());
    }
    assert!(worlds[0].run(resolved).is_ok());
    assert!(worlds.iter().all(|world| world.events().is_empty()));
}

#[test]
fn switched_off_as_a_whole_the_type_is_not_asked_for() {
    let builder = Runtime::builder().policy(Staged::new().policy(Mode::Off));
    let world = World::of(builder.action_type_resolver(|_| panic!("asked")));
    assert!(world.run(resolved).is_ok());
    assert!(world.events().is_empty());
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
