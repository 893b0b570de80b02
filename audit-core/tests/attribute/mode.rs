//! Modes: who is refused, and what is recorded, where the runtime says how to judge.

use audit_core::{Decision, Effect, Mode, Refused, Status, admit, audit};

use crate::world::World;

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

/// Effect, mode and whether it is obeyed.
fn said(decision: &Decision<'_>) -> (Effect, Mode, bool) {
    (decision.effect, decision.mode, decision.applied)
}

fn said_of_both(world: &World) -> Vec<(Effect, Mode, bool)> {
    world.run(|| {
        assert_eq!(audited(5000), 5000);
        let _ = admitted(5000);
    });
    world.decisions().iter().map(said).collect()
}

#[test]
fn without_a_word_audit_shadows_and_admit_enforces() {
    let world = World::new();
    assert_eq!(
        said_of_both(&world),
        [
            (Effect::Block, Mode::Shadow, false),
            (Effect::Block, Mode::Enforce, true)
        ]
    );
    assert!(world.run(|| admitted(5000)).is_err());
}

#[test]
fn audit_never_goes_above_shadow() {
    let world = World::with(|builder| builder.mode(Mode::Enforce));
    assert_eq!(
        said_of_both(&world),
        [
            (Effect::Block, Mode::Shadow, false),
            (Effect::Block, Mode::Enforce, true)
        ]
    );
}

#[test]
fn in_shadow_an_admitted_function_runs_and_effect_and_rule_stand_as_answered() {
    let world = World::with(|builder| builder.mode(Mode::Shadow));
    assert_eq!(world.run(|| admitted(5000)).unwrap(), 5000);
    assert_eq!(world.block_on(admitted_async(700)).unwrap(), 700);
    let events = world.events();
    let decisions: Vec<_> = events
        .iter()
        .filter_map(|event| event.decision.as_deref())
        .collect();
    assert_eq!(
        [said(decisions[0]), said(decisions[1])],
        [
            (Effect::Block, Mode::Shadow, false),
            (Effect::RequireApproval, Mode::Shadow, false)
        ]
    );
    assert_eq!(decisions[0].matched_rule.as_deref(), Some("block_large"));
    let ended = events.iter().filter_map(|event| event.outcome.as_deref());
    assert!(
        ended
            .map(|outcome| outcome.status)
            .eq([Status::Completed; 2])
    );
}

#[test]
fn switched_off_everything_runs_and_nothing_is_recorded() {
    let world = World::with(|builder| builder.mode(Mode::Off));
    assert_eq!(world.run(|| admitted(5000)).unwrap(), 5000);
    assert_eq!(world.block_on(admitted_async(5000)).unwrap(), 5000);
    assert_eq!(world.run(|| audited(5000)), 5000);
    assert!(world.events().is_empty());
}

#[test]
fn switched_off_no_resolver_is_asked_and_no_field_is_captured() {
    struct Untouchable;
    impl audit_core::Capture for Untouchable {
        fn capture(&self) -> audit_core::Value<'_> {
            panic!("captured")
        }
    }
    #[admit(fields(it))]
    fn untouched(it: &Untouchable) -> Result<&Untouchable, Refused> {
        Ok(it)
    }
    let world = World::with(|builder| {
        builder
            .mode(Mode::Off)
            .actor_resolver(|_| panic!("asked"))
            .snapshot_resolver_async(|_| async { panic!("asked") })
    });
    assert!(world.run(|| untouched(&Untouchable).is_ok()));
    assert_eq!(world.block_on(admitted_async(5000)).unwrap(), 5000);
}

#[test]
fn the_mode_changes_at_once_and_back() {
    let world = World::new();
    for (mode, runs, events) in [
        (Some(Mode::Shadow), true, 2),
        (Some(Mode::Off), true, 0),
        (Some(Mode::Enforce), false, 2),
        (Some(Mode::Off), true, 0),
        (None, false, 2),
    ] {
        crate::support::set_mode(&world.runtime, mode);
        assert_eq!(world.runtime.mode(), mode);
        assert_eq!(world.run(|| admitted(5000)).is_ok(), runs, "{mode:?}");
        assert_eq!(
            world.block_on(admitted_async(5000)).is_ok(),
            runs,
            "{mode:?}"
        );
        assert_eq!(world.events().len(), 2 * events, "{mode:?}");
    }
}

#[test]
fn a_call_in_flight_ends_in_the_mode_it_began_in() {
    #[audit(action = "refund")]
    fn switches(world: &World, mode: Mode) {
        crate::support::set_mode(&world.runtime, mode);
    }
    let world = World::new();
    world.run(|| switches(&world, Mode::Off));
    assert_eq!(
        world.events().len(),
        2,
        "judged in shadow, so its end is recorded"
    );
    world.run(|| switches(&world, Mode::Shadow));
    assert!(world.events().is_empty(), "begun while all was off");
}

#[test]
fn what_a_program_asks_for_itself_is_answered_in_every_mode() {
    let world = World::with(|builder| builder.mode(Mode::Off));
    assert!(world.runtime.block(&crate::support::refund(5000)));
}
