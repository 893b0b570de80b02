//! Every combination of what can be said of a call's mode, against an oracle that knows nothing of how it is found.

use std::sync::{Arc, Mutex};

use audit_core::{Action, Mode, ModeTarget, Refused, Timestamp, admit, audit};

use crate::staged::{Asked, Staged};
use crate::support::change;
use crate::world::World;

#[audit(action = "pay")]
fn audited() {}

#[admit(action = "pay")]
fn admitted() -> Result<(), Refused> {
    Ok(())
}

#[admit(action = "pay")]
async fn admitted_async() -> Result<(), Refused> {
    Ok(())
}

/// Its action's type is what a resolver finds, where there is one.
#[admit]
fn resolved() -> Result<(), Refused> {
    Ok(())
}

#[admit]
async fn resolved_async() -> Result<(), Refused> {
    Ok(())
}

#[audit]
async fn resolved_audited() {}

const SAID: [Option<Mode>; 4] = [
    None,
    Some(Mode::Off),
    Some(Mode::Shadow),
    Some(Mode::Enforce),
];

/// What is said of the mode of an action `pay`.
#[derive(Clone, Copy, Debug)]
struct Said {
    action_set: Option<Mode>,
    everything_set: Option<Mode>,
    action_in_policy: Option<Mode>,
    policy: Option<Mode>,
}

impl Said {
    fn all() -> impl Iterator<Item = Self> {
        (0..256_usize).map(|number| {
            let of = |place: u32| SAID[number / 4_usize.pow(place) % 4];
            Self {
                action_set: of(0),
                everything_set: of(1),
                action_in_policy: of(2),
                policy: of(3),
            }
        })
    }

    /// The mode of a function that is in this one without a word and never above it, and whether it was overridden.
    fn expected(self, highest: Mode) -> (Mode, bool) {
        let (mode, overridden) = if let Some(mode) = self.action_set {
            (mode, true)
        } else if let Some(mode) = self.everything_set {
            (mode, true)
        } else if let Some(mode) = self.action_in_policy {
            (mode, false)
        } else if let Some(mode) = self.policy {
            (mode, false)
        } else {
            (highest, false)
        };
        match (mode, highest) {
            (Mode::Enforce, Mode::Shadow) => (Mode::Shadow, overridden),
            _ => (mode, overridden),
        }
    }

    /// A world in which it is said, whose resolver names the action `pay`, and what its evaluator is asked.
    fn world(self, resolver: Resolver) -> (World, Arc<Mutex<Vec<Asked>>>) {
        let policy = Staged::new()
            .policy(self.policy)
            .action("pay", self.action_in_policy)
            // What is said of another action changes nothing.
            .action("other", Mode::Enforce);
        let asked = policy.asked();
        let builder = audit_core::Runtime::builder().policy(policy);
        let world = World::of(match resolver {
            Resolver::None => builder,
            Resolver::Sync => builder.action_type_resolver(|_| Ok("pay".into())),
            Resolver::Async => builder.action_type_resolver_async(|_| async { Ok("pay".into()) }),
        });
        let set = |target, mode| world.runtime.set_mode(target, mode, change()).unwrap();
        if let Some(mode) = self.action_set {
            set(ModeTarget::action("pay"), mode);
        }
        if let Some(mode) = self.everything_set {
            set(ModeTarget::Everything, mode);
        }
        (world, asked)
    }
}

#[derive(Clone, Copy)]
enum Resolver {
    None,
    Sync,
    Async,
}

/// One call, and the mode that it never goes above.
type Call = (&'static str, Resolver, Mode, fn(&World) -> bool);

/// Every way to call; each returns whether the function ran.
const CALLS: [Call; 7] = [
    ("audit", Resolver::None, Mode::Shadow, |world| {
        world.run(audited);
        true
    }),
    ("admit", Resolver::None, Mode::Enforce, |world| {
        world.run(admitted).is_ok()
    }),
    ("async admit", Resolver::None, Mode::Enforce, |world| {
        world.block_on(admitted_async()).is_ok()
    }),
    ("resolved admit", Resolver::Sync, Mode::Enforce, |world| {
        world.run(resolved).is_ok()
    }),
    (
        "resolved async admit",
        Resolver::Sync,
        Mode::Enforce,
        |world| world.block_on(resolved_async()).is_ok(),
    ),
    (
        "awaited async admit",
        Resolver::Async,
        Mode::Enforce,
        |world| world.block_on(resolved_async()).is_ok(),
    ),
    (
        "awaited async audit",
        Resolver::Async,
        Mode::Shadow,
        |world| {
            world.block_on(resolved_audited());
            true
        },
    ),
];

#[test]
fn the_override_of_the_action_then_of_everything_then_the_policys_action_then_the_policy() {
    for said in Said::all() {
        for (name, resolver, highest, call) in CALLS {
            let (world, asked) = said.world(resolver);
            let ran = call(&world);
            let (mode, overridden) = said.expected(highest);
            let decisions = world.decisions();
            let asked = std::mem::take(&mut *asked.lock().unwrap());
            let clue = format!("{name}: {said:?}");
            assert_eq!(ran, mode != Mode::Enforce, "{clue}");
            if mode == Mode::Off {
                assert!(decisions.is_empty() && asked.is_empty(), "{clue}");
                continue;
            }
            assert_eq!(decisions.len(), 1, "{clue}");
            let decision = &decisions[0];
            assert_eq!(decision.mode, mode, "{clue}");
            assert_eq!(decision.applied, mode == Mode::Enforce, "{clue}");
            assert_eq!(
                asked,
                [(mode, overridden, Some(Timestamp::default()))],
                "{clue}"
            );
        }
    }
}

#[test]
fn what_a_program_asks_for_itself_is_answered_in_every_mode_and_says_the_mode() {
    for said in Said::all() {
        let (world, asked) = said.world(Resolver::None);
        let (mode, overridden) = said.expected(Mode::Enforce);
        let decision = world.runtime.evaluate(&Action::new("pay"));
        assert!(world.runtime.block(&Action::new("pay")), "{said:?}");
        assert_eq!(decision.mode, mode, "{said:?}");
        assert_eq!(decision.applied, mode == Mode::Enforce, "{said:?}");
        assert_eq!(world.decisions().len(), 2, "{said:?}");
        // Nothing would be asked of rules that are off.
        let asked_in = mode.max(Mode::Shadow);
        let asked = asked.lock().unwrap();
        assert!(
            asked
                .iter()
                .all(|asked| (asked.0, asked.1) == (asked_in, overridden)),
            "{said:?}"
        );
    }
}

#[test]
fn the_runtime_says_which_mode_it_would_be() {
    for said in Said::all() {
        let (world, _) = said.world(Resolver::None);
        let expected = said.expected(Mode::Enforce).0;
        let mode = world.runtime.mode_of("pay");
        assert_eq!(mode.unwrap_or(Mode::Enforce), expected, "{said:?}");
        assert_eq!(
            world.runtime.mode(),
            said.everything_set.or(said.policy),
            "{said:?}"
        );
    }
}

#[test]
fn an_explanation_says_the_mode_and_is_given_although_it_is_off() {
    #[admit(action = "pay", explain = explain_pay)]
    #[allow(dead_code, reason = "it is only explained")]
    fn pay() -> Result<(), Refused> {
        Ok(())
    }
    #[admit(explain = explain_any)]
    #[allow(dead_code, reason = "it is only explained")]
    fn any() -> Result<(), Refused> {
        Ok(())
    }
    for said in Said::all() {
        for (resolver, explain) in [
            (Resolver::None, explain_pay as fn() -> Option<_>),
            (Resolver::Sync, explain_any),
        ] {
            let (world, asked) = said.world(resolver);
            let explanation = world.run(explain).unwrap();
            let (mode, overridden) = said.expected(Mode::Enforce);
            assert_eq!(explanation.decision.mode, mode, "{said:?}");
            assert_eq!(explanation.decision.matched_rule.as_deref(), Some("no"));
            let (asked_in, was_overridden, _) = asked.lock().unwrap()[0];
            assert_eq!(
                (asked_in, was_overridden),
                (mode.max(Mode::Shadow), overridden)
            );
            assert!(world.events().is_empty(), "nobody is told");
        }
    }
}
