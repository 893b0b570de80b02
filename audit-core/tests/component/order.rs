//! In which order components start and end.

use std::sync::Arc;

use audit_core::bus::Bus;
use audit_core::component::{
    Assembly, AssemblyError, Blueprint, Component, ComponentFacts, Context, Disorder, Parts,
};

use crate::support::{Log, now};

/// Says when it starts and ends.
struct Saying<const NUMBER: usize> {
    log: Log,
    fails: bool,
}

impl<const NUMBER: usize> Saying<NUMBER> {
    const NAMES: [(&'static str, &'static [&'static str]); 3] = [
        ("web", &["accounts"]),
        ("accounts", &["config"]),
        ("config", &[]),
    ];
}

impl<const NUMBER: usize> Component for Saying<NUMBER> {
    const FACTS: ComponentFacts =
        ComponentFacts::new(Self::NAMES[NUMBER].0, "1.0").depends(Self::NAMES[NUMBER].1);

    fn parts(this: &Arc<Self>) -> Parts {
        let (first, last) = (Arc::clone(this), Arc::clone(this));
        let name = Self::NAMES[NUMBER].0;
        Parts::new()
            .activate(move || async move {
                if first.fails {
                    return Err("no configuration");
                }
                first.log.say(format!("{name} starts"));
                Ok(())
            })
            .deactivate(move || async move { last.log.say(format!("{name} ends")) })
    }
}

fn saying<const NUMBER: usize>(log: &Log, fails: bool) -> Blueprint {
    Blueprint::of(Saying::<NUMBER> {
        log: log.clone(),
        fails,
    })
}

#[test]
fn components_start_behind_those_they_need_and_end_in_reverse() {
    let log = Log::default();
    let assembly = Assembly::builder(Bus::new())
        .component(saying::<0>(&log, false))
        .component(saying::<1>(&log, false))
        .component(saying::<2>(&log, false))
        .boot();
    let assembly = now(assembly).unwrap();
    assert_eq!(
        log.take(),
        ["config starts", "accounts starts", "web starts"]
    );
    let health = assembly.health();
    assert!(
        health
            .iter()
            .map(|(name, _)| &**name)
            .eq(["config", "accounts", "web"])
    );
    assert!(health.iter().all(|(_, health)| health.is_healthy()));
    let error = now(assembly.remove("config")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "component `config` can't go: `accounts` depends on it"
    );
    now(assembly.shutdown()).unwrap();
    assert_eq!(log.take(), ["web ends", "accounts ends", "config ends"]);
}

#[test]
fn if_one_can_not_start_those_that_did_end_again_and_it_is_named() {
    let log = Log::default();
    let boot = Assembly::builder(Bus::new())
        .component(saying::<0>(&log, false))
        .component(saying::<1>(&log, true))
        .component(saying::<2>(&log, false))
        .boot();
    let error = now(boot).unwrap_err();
    assert_eq!(error.to_string(), "component `accounts` can't be started");
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "no configuration"
    );
    assert_eq!(log.take(), ["config starts", "config ends"]);
}

#[test]
fn what_is_missing_is_told_before_anything_starts() {
    let log = Log::default();
    let boot = Assembly::builder(Bus::new())
        .component(saying::<0>(&log, false))
        .component(saying::<2>(&log, false))
        .boot();
    assert_eq!(
        now(boot).unwrap_err().to_string(),
        "`web` depends on `accounts`, which is not there"
    );
    assert!(log.take().is_empty());
}

#[test]
fn a_component_that_panics_while_it_is_made_is_an_error() {
    let made =
        Blueprint::with(|_: &Context<'_>| -> Result<Saying<2>, String> { panic!("on purpose") });
    let error = now(Assembly::builder(Bus::new()).component(made).boot()).unwrap_err();
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "it panicked: on purpose"
    );
}

#[test]
fn nobody_comes_under_a_name_that_the_bus_gives_to_others() {
    let log = Log::default();
    let config = || saying::<2>(&log, false);
    for name in ["host", "anonymous", "bridge", "__own", ""] {
        let named = || config().instance(name);
        let boot = Assembly::builder(Bus::new()).component(named()).boot();
        let refused = now(boot).unwrap_err();
        let AssemblyError::Disorder(disorder) = &refused else {
            panic!("{refused}")
        };
        let expected = Disorder::Name {
            name: name.to_owned(),
            of: Some("config".to_owned()),
        };
        assert_eq!(disorder[..], [expected]);
        let boot = Assembly::builder(Bus::new()).component(config()).boot();
        let assembly = now(boot).unwrap();
        assert_eq!(
            now(assembly.add(named())).unwrap_err().to_string(),
            refused.to_string()
        );
        let callers: Vec<String> = assembly
            .health()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(callers, ["config"]);
        log.take();
    }
}
