//! Annotated functions where no runtime is in force.

use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::{
    EventKind, FindingKind, InScope as _, Refusal, Refused, Uninstalled, admit, audit, install,
    sites,
};

use crate::alone::alone;
use crate::support::{self, warnings_of};
use crate::world::{Tape, World, block_on, once};

static RUNS: AtomicU32 = AtomicU32::new(0);

fn runs() -> u32 {
    RUNS.swap(0, Ordering::Relaxed)
}

#[audit(action = "refund", actor = never_asked(), ret, err)]
fn audited(amount: u64) -> Result<u64, String> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(amount)
}

fn never_asked() -> &'static str {
    panic!("asked although nobody wants to know")
}

#[admit(action = "refund")]
fn admitted(amount: u64) -> Result<u64, Refused> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(amount)
}

#[admit(action = "refund")]
async fn admitted_async(amount: u64) -> Result<u64, Refused> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(amount)
}

#[admit]
#[track_caller]
fn admitted_tracked() -> Result<(), Refused> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[admit(action = "refund", uninstalled = "run")]
fn runs_anyway(amount: u64) -> Result<u64, Refused> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(amount)
}

#[admit(action = "refund", uninstalled = "run")]
async fn runs_anyway_async(amount: u64) -> Result<u64, Refused> {
    once().await;
    RUNS.fetch_add(1, Ordering::Relaxed);
    Ok(amount)
}

fn assert_refused<T>(answer: Result<T, Refused>, action: &str) {
    let refused = answer.err().unwrap();
    assert_eq!(refused.refusal(), Refusal::NotInstalled);
    assert_eq!(
        refused.to_string(),
        format!(
            "action `{action}` is refused as no runtime is in force: call `audit_core::install` first"
        )
    );
    assert_eq!((refused.rule(), refused.decision()), (None, None));
}

#[test]
fn a_forgotten_install_does_not_open_the_gate() {
    alone(|| {
        assert_refused(admitted(1), "refund");
        assert_refused(block_on(admitted_async(1)), "refund");
        assert_refused(admitted_tracked(), "admitted_tracked");
        assert_eq!(runs(), 0);
    });
}

#[test]
fn an_audited_function_without_a_runtime_is_as_if_it_bore_no_attribute() {
    alone(|| {
        assert_eq!(audited(1), Ok(1));
        let site = sites().into_iter().find(|site| site.function == "audited");
        assert_eq!(site.unwrap().ran_uninstalled(), 0);
        // Nor is it judged because another thread once had a runtime.
        std::thread::scope(|threads| {
            threads.spawn(|| World::new().run(|| ())).join().unwrap();
        });
        assert_eq!(audited(1), Ok(1));
        assert_eq!(runs(), 2);
    });
}

#[test]
fn what_runs_uninstalled_is_counted_warned_of_once_and_reported_by_the_install() {
    alone(|| {
        let ((), warnings) = warnings_of(|| {
            for _ in 0..3 {
                runs_anyway(5000).unwrap();
            }
            block_on(runs_anyway_async(5000)).unwrap();
        });
        assert_eq!(runs(), 4);
        assert_eq!(warnings.len(), 2, "once for each function: {warnings:?}");
        assert!(warnings[0].contains("#[admit] runs_anyway (audit-core/tests/"));
        assert!(warnings[0].contains("runs unjudged as no runtime is in force"));

        let tape = Tape::default();
        let runtime = support::builder()
            .add_observer("tape", tape.clone())
            .build()
            .unwrap();
        let report = install(runtime).unwrap();
        let ran: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.kind == FindingKind::RanUninstalled)
            .map(|finding| (finding.site.unwrap().function, finding.message.as_str()))
            .collect();
        let said =
            |often| format!("before a runtime was installed it ran {often}, judged by nobody");
        assert_eq!(
            ran,
            [
                ("runs_anyway", said("3 times").as_str()),
                ("runs_anyway_async", said("once").as_str())
            ]
        );
        let counted = sites().into_iter().map(|site| site.ran_uninstalled());
        assert_eq!(counted.sum::<u64>(), 4);

        let events = tape.take();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].kind, EventKind::Lifecycle);
        assert_eq!(&*events[0].name, "install");
        let data = serde_json::to_value(events[0].data.as_ref().unwrap()).unwrap();
        let findings = data["findings"].as_array().unwrap();
        let first = findings
            .iter()
            .find(|finding| finding["function"] == "runs_anyway")
            .unwrap();
        assert_eq!(first["kind"], "ran_uninstalled");
        assert_eq!(first["ran_uninstalled"], 3);

        // From now on they are judged.
        assert!(runs_anyway(5000).is_err());
        assert_eq!(runs(), 0);
    });
}

#[test]
fn a_scope_with_a_runtime_is_enough_and_leaves_no_trace_on_other_threads() {
    alone(|| {
        assert_refused(admitted(1), "refund");
        let world = World::new();
        assert!(world.run(|| admitted(1)).is_ok());
        assert!(block_on(admitted_async(1).in_scope(&world.runtime)).is_ok());
        assert_refused(admitted(1), "refund");
        std::thread::scope(|threads| {
            threads.spawn(|| assert_refused(admitted(1), "refund"));
            threads.spawn(|| assert!(world.run(|| admitted(1)).is_ok()));
        });
        assert_eq!(runs(), 3);
    });
}

#[test]
fn a_site_says_what_it_does_without_a_runtime() {
    let of = |name: &str| {
        let sites = sites();
        let site = sites.iter().find(|site| site.function == name).unwrap();
        site.uninstalled
    };
    assert_eq!(of("admitted"), Uninstalled::Refuse);
    assert_eq!(of("runs_anyway"), Uninstalled::Run);
}
