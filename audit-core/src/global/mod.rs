//! The process's default runtime, its default observer, and its sinks.

mod sink;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::contain::{contain, discard};
use crate::decision::Mode;
use crate::event::{DecisionEvent, Event, EventKind};
use crate::inventory::{InstallReport, check};
use crate::observer::{Observer, ObserverId};
use crate::runtime::{Announcement, Runtime};
use crate::scope::with_current;
use crate::value::Value;

pub(crate) use crate::runtime::emit_to_process;
pub use sink::{flush_sinks, register_sink, sink_stats, tell_recorded, unregister_sink};

/// The default runtime. It is set once and stays.
static DEFAULT: OnceLock<Runtime> = OnceLock::new();

/// The default observer: given before there is a runtime, or already among its observers.
static OBSERVER: Mutex<Slot> = Mutex::new(Slot::Empty);

enum Slot {
    Empty,
    Waiting(Arc<dyn Observer>),
    Added(ObserverId),
}

fn slot() -> MutexGuard<'static, Slot> {
    OBSERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a runtime the process's default, once. What [`set_observer`] was given before is added to it.
///
/// Reports what is amiss with the annotated functions of the program: see [`InstallReport`]. An event of kind
/// `lifecycle` records the installation, under which policy and mode it begins, and what ran before it judged by nobody.
///
/// # Errors
/// There is a default already; it stays as it is.
pub fn install(runtime: Runtime) -> Result<InstallReport, InstallError> {
    let mut slot = slot();
    if DEFAULT.get().is_some() {
        // Released before the refused runtime goes: its observers are foreign code when they are dropped.
        drop(slot);
        discard(runtime);
        return Err(InstallError(()));
    }
    // Added before anybody can reach the runtime, so that no decision goes unseen by it.
    if let Slot::Waiting(observer) = &*slot {
        *slot = Slot::Added(add(&runtime, Arc::clone(observer)));
    }
    let installed = DEFAULT.get_or_init(|| runtime);
    installed.become_default();
    drop(slot);
    let report = installed.check_sites();
    announce(installed, &report);
    Ok(report)
}

impl Runtime {
    /// What is amiss with the annotated functions of this program under this runtime. [`install`] does so for the
    /// default; a runtime that is used in scopes alone is checked by hand.
    pub fn check_sites(&self) -> InstallReport {
        check(self)
    }
}

/// Records an installation, and warns of what is amiss.
fn announce(runtime: &Runtime, report: &InstallReport) {
    for finding in &report.findings {
        let _contained = contain(|| {
            tracing::warn!(target: "audit::health", kind = %finding.kind, "{finding}");
        });
    }
    let _contained = contain(|| {
        let time = runtime.clock().wall_at(runtime.clock().monotonic_nanos());
        let id = runtime.ids().next_id(time);
        let mut event = Event::new(id, time, EventKind::Lifecycle, "install");
        let mut data = report.to_fields();
        data.set("policy", runtime.policy().to_fields());
        data.set("mode", runtime.mode().map(Mode::as_str));
        event.data = Some(Value::from(data));
        runtime.announce(Announcement::new(event, Vec::new()));
    });
}

/// The runtime in force here: the scope's, else the process's default, else none.
pub fn runtime() -> Option<Runtime> {
    with_current(|in_force| in_force.and_then(|in_force| in_force.runtime.clone()))
        .or_else(|| DEFAULT.get().cloned())
}

/// The process's default runtime.
#[inline]
pub(crate) fn default_runtime() -> Option<&'static Runtime> {
    DEFAULT.get()
}

/// Sets the default observer: it sees every decision of the process's default runtime, on the caller's
/// thread. One set before takes its leave. Before [`install`] it is kept until then.
///
/// ```
/// audit_core::set_observer(|event| {
///     println!("{} {:?} {:.3} ms", event.decision.effect, event.decision.matched_rule, event.duration_ms());
/// });
/// ```
pub fn set_observer(observe: impl Fn(&DecisionEvent<'_>) + Send + Sync + 'static) {
    replace(Some(Arc::new(observe)));
}

/// Takes the default observer away.
pub fn clear_observer() {
    replace(None);
}

fn replace(observer: Option<Arc<dyn Observer>>) {
    let mut slot = slot();
    let new = match (observer, DEFAULT.get()) {
        (None, _) => Slot::Empty,
        (Some(observer), None) => Slot::Waiting(observer),
        (Some(observer), Some(runtime)) => Slot::Added(add(runtime, observer)),
    };
    let old = std::mem::replace(&mut *slot, new);
    drop(slot);
    match (old, DEFAULT.get()) {
        (Slot::Added(id), Some(runtime)) => {
            runtime.remove_observer(id);
        }
        (other, _) => discard(other),
    }
}

fn add(runtime: &Runtime, observer: Arc<dyn Observer>) -> ObserverId {
    runtime.add_direct("default".to_owned(), observer)
}

/// The process has a default runtime already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallError(());

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a default runtime is installed already; use `Runtime::scope` for a second one")
    }
}

impl std::error::Error for InstallError {}
