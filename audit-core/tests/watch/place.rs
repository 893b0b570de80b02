//! A policy directory, a runtime on its first policy, and a watcher that looks when it is told to.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{
    DecisionEvent, Event, Observer, Policy, PolicyWatcher, PolicyWatcherBuilder, Runtime,
    WatchStatus,
};
use tempfile::TempDir;

use crate::support::{SCHEMA, refund};

/// How long a change has to settle here.
pub(crate) const SETTLE: Duration = Duration::from_millis(500);

/// Two rules of this version: refunds above a hundred need approval under the version's own rule, and those above a
/// thousand are blocked.
pub(crate) fn rules(version: u32) -> String {
    format!(
        "version: {version}
rules:
  - id: block_{version}
    scope: {{action: refund}}
    when: {{subject: {{domain: action, field: amount}}, operator: greater_than, value: {{literal: 1000}}}}
    effect: block
  - id: approve_{version}
    scope: {{action: refund}}
    when: {{subject: {{domain: action, field: amount}}, operator: greater_than, value: {{literal: 100}}}}
    effect: require_approval
"
    )
}

/// The same without its second rule, as it is while somebody writes it: a policy by itself.
pub(crate) fn cut_rules(version: u32) -> String {
    let whole = rules(version);
    let end = whole.find("  - id: approve").unwrap();
    whole[..end].to_owned()
}

/// Writes a policy of this version into a directory.
pub(crate) fn write(dir: &Path, version: u32) {
    fs::write(dir.join("schema.yaml"), SCHEMA).unwrap();
    fs::write(dir.join("policy.yaml"), rules(version)).unwrap();
}

/// Keeps the events of changes.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<Event<'static>>>>);

impl Observer for Tape {
    fn on_decision(&self, _: &DecisionEvent<'_>) {}

    fn on_event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(event.clone().into_owned());
    }
}

pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) runtime: Runtime,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) watcher: PolicyWatcher,
    tape: Tape,
}

/// Looks when it is told to.
pub(crate) fn by_hand(dir: &Path) -> PolicyWatcherBuilder {
    let never = Duration::from_hours(1);
    PolicyWatcher::builder(dir).interval(never).settle(SETTLE)
}

/// A runtime on a policy, its clock, and what it tells of changes.
fn runtime_on(dir: &Path) -> (Runtime, Arc<ManualClock>, Tape) {
    let (clock, tape) = (Arc::new(ManualClock::default()), Tape::default());
    let runtime = Runtime::builder()
        .policy(Policy::from_dir(dir).unwrap())
        .shared_clock(Arc::clone(&clock) as _)
        .add_observer("tape", tape.clone())
        .build()
        .unwrap();
    (runtime, clock, tape)
}

impl Place {
    /// With the first policy in a directory of its own.
    pub(crate) fn new() -> Self {
        Self::at("", |dir| write(dir, 1))
    }

    /// Somewhere below a directory of its own, prepared so.
    pub(crate) fn at(below: &str, prepare: impl FnOnce(&Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        let watched = if below.is_empty() {
            dir.path().to_owned()
        } else {
            dir.path().join(below)
        };
        let (runtime, clock, tape) = runtime_on(&watched);
        let watcher = by_hand(&watched).start(&runtime).unwrap();
        Self {
            dir,
            runtime,
            clock,
            watcher,
            tape,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Looks once.
    pub(crate) fn look(&self) -> WatchStatus {
        self.watcher.check_now()
    }

    /// Looks, waits for as long as a change has to settle, and looks again.
    pub(crate) fn settle(&self) -> WatchStatus {
        self.look();
        self.clock.advance(SETTLE);
        self.look()
    }

    /// The version in place, from what a decision says and does.
    pub(crate) fn version(&self) -> u32 {
        let decision = self.runtime.evaluate(&refund(500));
        let version = decision.policy.version;
        let rule = format!("approve_{version}");
        assert_eq!(decision.matched_rule.as_deref(), Some(rule.as_str()));
        version
    }

    /// The names of the events of changes since this was last asked, and their data.
    pub(crate) fn told(&self) -> Vec<(String, serde_json::Value)> {
        let events = std::mem::take(&mut *self.tape.0.lock().unwrap());
        let told = events.into_iter().map(|event| {
            let data = serde_json::to_value(event.data.unwrap()).unwrap();
            (event.name.to_string(), data)
        });
        told.collect()
    }

    /// Their names alone.
    pub(crate) fn names(&self) -> Vec<String> {
        self.told().into_iter().map(|(name, _)| name).collect()
    }
}
