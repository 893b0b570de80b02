//! Functions outside of any component.

use audit_core::bus::{self, Bus, BusPolicy, DomainEvent, InvokeError};
use audit_core::component::{Assembly, FunctionKind, Functions, functions};
use serde_json::json;

use crate::boot;
use crate::support::now;

mod jobs {
    use std::sync::{Mutex, PoisonError};

    use audit_core::{runnable, subscribe};

    pub(super) static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

    pub(super) fn told() -> Vec<String> {
        std::mem::take(&mut *TOLD.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[subscribe("job.*", description = "keeps count")]
    fn on_job(name: &str, data: u32) {
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(format!("{name} {data}"));
    }

    pub(super) mod night {
        use super::{runnable, subscribe};

        #[runnable("night.sweep", timeout = "1m")]
        pub(crate) async fn sweep(rooms: &[String]) -> Result<usize, String> {
            std::future::ready(()).await;
            if rooms.is_empty() {
                return Err("nothing to sweep".to_owned());
            }
            Ok(rooms.len())
        }

        /// Not in this build.
        #[runnable("night.dream")]
        #[cfg(any())]
        fn dream(of: NoSuchType) {}

        #[subscribe("night.*")]
        #[allow(clippy::used_underscore_binding)]
        async fn on_night(_event: &super::super::DomainEvent) -> Result<(), super::super::Error> {
            super::super::publish(_event.name()).await
        }
    }
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Publishes by way of whoever acts.
async fn publish(name: &str) -> Result<(), Error> {
    bus::publish(&format!("told.{name}"), ()).await?;
    Ok(())
}

const JOBS: &str = concat!(module_path!(), "::jobs");
const NIGHT: &str = concat!(module_path!(), "::jobs::night");

#[test]
fn they_are_listed_with_what_is_known_of_them_and_do_nothing_by_themselves() {
    let found: Vec<_> = functions()
        .into_iter()
        .filter(|function| function.module.starts_with(JOBS))
        .map(|one| (one.kind, one.topic, one.function, one.module))
        .collect();
    assert_eq!(
        found,
        [
            (FunctionKind::Subscribe, "job.*", "on_job", JOBS),
            (FunctionKind::Runnable, "night.sweep", "sweep", NIGHT),
            (FunctionKind::Subscribe, "night.*", "on_night", NIGHT),
        ]
    );
    let sweep = functions()
        .into_iter()
        .find(|one| one.function == "sweep")
        .unwrap();
    assert!(sweep.file.ends_with("component/function.rs"), "{sweep:?}");
    let line = include_str!("function.rs")
        .lines()
        .position(|line| line.contains("fn sweep("));
    assert_eq!(Some(sweep.line as usize - 1), line);
    let bus = Bus::new();
    let error = now(bus.invoke::<_, usize>("night.sweep", json!([["a"]]))).unwrap_err();
    assert!(matches!(error, InvokeError::NoHandler { .. }), "{error}");
}

#[test]
fn a_program_that_asks_for_them_has_them_as_one_component_under_their_own_names() {
    let blueprint = Functions::new("jobs").within(JOBS).blueprint();
    let assembly = boot([blueprint]);
    let bus = assembly.bus().handle();
    now(bus.publish("job.done", 7)).unwrap();
    assert_eq!(jobs::told(), ["job.done 7"]);
    let rooms = vec!["hall".to_owned()];
    assert_eq!(
        now(bus.invoke::<_, usize>("night.sweep", rooms)).unwrap(),
        1
    );
    assert_eq!(
        now(bus.invoke::<_, usize>("night.sweep", json!({"rooms": ["a", "b"]}))).unwrap(),
        2
    );
    let error = now(bus.invoke::<_, usize>("night.sweep", json!([]))).unwrap_err();
    assert!(matches!(error, InvokeError::Failed { .. }), "{error}");
    // They can be called as what they are, too.
    assert_eq!(now(jobs::night::sweep(&["a".to_owned()])), Ok(1));
    now(assembly.shutdown()).unwrap();
    now(bus.publish("job.done", 8)).unwrap();
    assert!(jobs::told().is_empty());
    assert!(!bus.is_registered("night.sweep"));
}

#[test]
fn those_of_a_module_can_be_had_alone() {
    let assembly = boot([Functions::new("night").within(NIGHT).blueprint()]);
    let patterns = assembly.bus().patterns();
    let patterns: Vec<&str> = patterns.iter().map(|(pattern, _)| &**pattern).collect();
    assert_eq!(patterns, ["night.*"]);
}

#[test]
fn they_act_in_the_name_of_their_component_and_by_its_policy() {
    let assembly = boot([Functions::new("night").within(NIGHT).blueprint()]);
    let publishers = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = std::sync::Arc::clone(&publishers);
    let told = move |event: &DomainEvent| {
        kept.lock().unwrap().push(event.publisher().to_owned());
    };
    assembly.bus().subscribe("told.*", told).unwrap().keep();
    now(assembly.bus().publish("night.falls", ())).unwrap();
    assert_eq!(*publishers.lock().unwrap(), ["night"]);
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    assembly.bus().set_policy("night", nothing);
    let letters = crate::support::dead_letters(assembly.bus());
    now(assembly.bus().publish("night.falls", ())).unwrap();
    assert_eq!(*publishers.lock().unwrap(), ["night"]);
    let letter = letters.lock().unwrap().pop().unwrap();
    assert_eq!(
        letter["error"],
        "`night` may not publish `told.night.falls`, by rule `publish_allow`"
    );
}

#[test]
fn whoever_expects_functions_that_were_not_linked_is_told_at_boot() {
    let expected = Functions::new("jobs").within("no_such_crate::jobs");
    let builder = Assembly::builder(Bus::new()).component(expected.blueprint());
    let error = now(builder.boot()).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(
        source.to_string(),
        "there is no function with `#[subscribe]` or `#[runnable]` within `no_such_crate::jobs`: \
         a crate is linked if code names it, as with `use shop as _;`"
    );
}
