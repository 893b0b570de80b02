//! The one word that every wrapper reads first: set where anybody may have to be asked, whoever says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::__private::is_armed;
use audit_core::{
    Effect, EvaluateError, Evaluator, Mode, ModeSettings, ModeTarget, PolicyInfo, Refused, Request,
    RuleMode, Runtime, Verdict, admit, install,
};

use crate::alone::alone;
use crate::support::change;

#[admit]
fn pay() -> Result<(), Refused> {
    Ok(())
}

#[admit]
fn book() -> Result<(), Refused> {
    Ok(())
}

/// Blocks everything, in these modes.
#[derive(Clone)]
struct Blocks(ModeSettings);

impl Evaluator for Blocks {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Ok(Verdict::by_default(Effect::Block))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn modes(&self) -> ModeSettings {
        self.0.clone()
    }

    fn with_rule_modes(&self, _: &BTreeMap<Arc<str>, Mode>) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(self.clone()))
    }
}

fn off() -> ModeSettings {
    ModeSettings {
        policy: Some(Mode::Off),
        ..ModeSettings::default()
    }
}

fn installed(settings: ModeSettings) -> Runtime {
    let runtime = Runtime::builder().policy(Blocks(settings)).build().unwrap();
    install(runtime.clone()).unwrap();
    runtime
}

#[test]
fn one_action_is_judged_although_everything_else_is_off_and_off_again_nothing_is_asked() {
    alone(|| {
        let runtime = installed(off());
        assert!(!is_armed(), "the policy itself is off");
        assert!(pay().is_ok() && book().is_ok());

        let target = ModeTarget::action("pay");
        let set = |mode| runtime.set_mode(target.clone(), mode, change()).unwrap();
        set(Mode::Enforce);
        assert!(is_armed());
        std::thread::scope(|threads| {
            threads.spawn(|| assert!(pay().is_err() && book().is_ok()));
        });
        set(Mode::Off);
        assert!(!is_armed() && pay().is_ok());
        set(Mode::Shadow);
        assert!(is_armed() && pay().is_ok());
        runtime.clear_mode(target, change()).unwrap();
        assert!(!is_armed());
    });
}

#[test]
fn one_action_is_off_although_everything_else_is_judged() {
    alone(|| {
        let runtime = installed(ModeSettings::default());
        let target = ModeTarget::action("pay");
        runtime.set_mode(target, Mode::Off, change()).unwrap();
        assert!(is_armed() && pay().is_ok() && book().is_err());
        let all = ModeTarget::Everything;
        runtime.set_mode(all.clone(), Mode::Off, change()).unwrap();
        assert!(!is_armed() && pay().is_ok() && book().is_ok());
        runtime.clear_mode(all, change()).unwrap();
        assert!(is_armed() && pay().is_ok() && book().is_err());
    });
}

#[test]
fn a_policy_that_is_loaded_switches_off_and_on() {
    alone(|| {
        let runtime = installed(ModeSettings::default());
        assert!(is_armed() && pay().is_err());
        runtime.reload(Blocks(off()));
        assert!(!is_armed() && pay().is_ok());
        let mut pay_alone = off();
        pay_alone.actions.insert("pay".into(), Mode::Enforce);
        runtime.reload(Blocks(pay_alone));
        assert!(is_armed() && pay().is_err() && book().is_ok());
        let mut a_rule = off();
        let rule = RuleMode {
            mode: Some(Mode::Enforce),
            rollout: None,
        };
        a_rule.rules.insert("a".into(), rule);
        runtime.reload(Blocks(a_rule));
        assert!(
            is_armed() && pay().is_ok(),
            "asked, and decided by no such rule"
        );
        runtime.reload(Blocks(off()));
        assert!(!is_armed());
        let rule = ModeTarget::rule("a");
        runtime.set_mode(rule, Mode::Shadow, change()).unwrap();
        assert!(is_armed() && pay().is_ok());
    });
}

#[test]
fn the_installation_records_under_which_policy_and_mode_it_begins() {
    alone(|| {
        let world =
            crate::world::World::of(Runtime::builder().policy(Blocks(off())).mode(Mode::Shadow));
        install(world.runtime.clone()).unwrap();
        let event = &world.events()[0];
        let data = serde_json::to_value(event.data.as_ref().unwrap()).unwrap();
        assert_eq!(event.name, "install");
        assert_eq!(data["mode"], "shadow");
        assert_eq!(data["policy"]["version"], 0);
        assert_eq!(data["policy"]["digest"], "0".repeat(64));
    });
}
