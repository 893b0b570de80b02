//! [`Runtime`]: an evaluator, the resolvers that feed it, and the observers that see its decisions.

mod asking;
mod builder;
mod engine;
mod flush;
mod in_place;
mod outbox;
mod process;
mod resolver;
mod sink;
mod state;

use std::fmt;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::armed;
use crate::clock::{Clock, IdSource};
use crate::contain::discard;
use crate::decision::{Mode, PolicyInfo};
use crate::event::{DecisionEvent, Event, OutcomeEvent};
use crate::mode::ModeOverride;
use crate::observability::show_from_now;
use crate::observer::{
    Entry, Observer, ObserverId, ObserverList, ObserverStats, Outcomes, QueuedCallback,
};
use crate::recorder::{Keeper, Recorder};
use crate::redaction::RedactionKey;
use crate::value::Value;

pub(crate) use asking::Asking;
pub use builder::{BuildError, RuntimeBuilder};
pub(crate) use engine::Engine;
pub use flush::FlushError;
pub(crate) use flush::deadline_in;
pub(crate) use in_place::{Grounds, InPlace};
pub(crate) use outbox::Announcement;
use outbox::Outbox;
pub(crate) use process::{emit_to_process, tell_process_of_sink};
pub use resolver::{BoxError, CallContext, ResolveContext};
pub(crate) use resolver::{Guarded, Resolvers};
use state::Shared;
pub(crate) use state::State;

/// An evaluator, the resolvers that feed it, and the observers that see its decisions.
///
/// Cheap to clone: every clone is the same runtime. Several runtimes live side by side.
///
/// ```
/// use audit_core::{Action, Effect, Policy, Runtime};
/// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
/// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
/// let decision = runtime.evaluate(&Action::new("refund").with("amount", 5000));
/// assert_eq!(decision.effect, Effect::Block);
/// assert!(runtime.allow(&Action::new("refund").with("amount", 50)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

/// What all clones of a runtime share.
struct Inner {
    shared: Shared,
    outbox: Outbox,
    resolvers: Resolvers,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    slow_observer: Duration,
    expected_crates: Vec<String>,
    next_observer: AtomicU64,
    /// Whether this is the process's default, whose mode every wrapper reads.
    installed: AtomicBool,
}

impl Runtime {
    /// Starts a runtime from nothing; only the policy is required.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::new()
    }

    fn from_parts(parts: RuntimeBuilder, state: State) -> Self {
        let inner = Inner {
            shared: Shared::new(state),
            outbox: Outbox::default(),
            resolvers: parts.resolvers,
            clock: parts.clock,
            ids: parts.ids,
            slow_observer: parts.slow_observer,
            expected_crates: parts.expected_crates,
            next_observer: AtomicU64::new(0),
            installed: AtomicBool::new(false),
        };
        // The first reading calibrates the machine's clock, which no call should wait for.
        let _calibrated = inner.clock.wall_at(inner.clock.monotonic_nanos());
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Which policy answers now.
    pub fn policy(&self) -> PolicyInfo {
        self.state().in_place.policy
    }

    /// The mode of annotated functions whose action has none of its own, where the policy says one or one was set; else
    /// `#[admit]` enforces and `#[audit]` shadows.
    pub fn mode(&self) -> Option<Mode> {
        self.state().in_place.modes.everything().mode
    }

    /// The mode of annotated functions with an action of this type, where the policy says one or one was set; else
    /// `#[admit]` enforces and `#[audit]` shadows. `#[audit]` never goes above `shadow`, and rules may have modes of
    /// their own.
    pub fn mode_of(&self, action: &str) -> Option<Mode> {
        self.state().in_place.modes.of(Some(action)).mode
    }

    /// What was set over the modes that the policy names, by whom, when and why: everything first, then actions, then
    /// rules.
    pub fn mode_overrides(&self) -> Vec<ModeOverride> {
        let state = self.state();
        state.in_place.grounds.overrides.iter().cloned().collect()
    }

    /// Makes this the runtime whose mode every wrapper reads.
    pub(crate) fn become_default(&self) {
        self.inner.shared.change(|state| {
            self.inner.installed.store(true, Ordering::Relaxed);
            armed::install(state.in_place.modes.ask_anybody());
        });
    }

    /// Puts in place what is made of what is there, in one step, and tells everybody of it, in the order of changes.
    /// It is made anew where another change came in between: whatever is foreign in that runs without a lock.
    ///
    /// # Errors
    /// Nothing could be made; all stays as it is.
    pub(crate) fn put_in_place<E>(
        &self,
        mut make: impl FnMut(&InPlace) -> Result<(InPlace, Vec<Announcement>), E>,
    ) -> Result<PolicyInfo, E> {
        loop {
            let seen = self.state();
            let (mut new, announcements) = make(&seen.in_place)?;
            let (policy, revision) = (new.policy, seen.in_place.revision);
            new.revision = revision.wrapping_add(1);
            let replaced = self.inner.shared.change(|state| {
                // What is not taken goes back, to be dropped without the lock: evaluators are foreign.
                if state.in_place.revision != revision {
                    return Err((new, announcements));
                }
                if self.inner.installed.load(Ordering::Relaxed) {
                    armed::install(new.modes.ask_anybody());
                }
                self.inner.outbox.put(announcements);
                Ok(std::mem::replace(&mut state.in_place, new))
            });
            discard(seen);
            match replaced {
                Ok(old) => {
                    discard(old);
                    self.tell_announced();
                    return Ok(policy);
                }
                Err(not_taken) => discard(not_taken),
            }
        }
    }

    /// Puts another key in force, and queues what is to be told of that.
    pub(crate) fn change_redaction_key(
        &self,
        key: &RedactionKey,
        announce: impl Fn(&State) -> Announcement,
    ) {
        loop {
            // Without the lock: clocks and identifiers are foreign.
            let seen = self.state();
            let announcement = announce(&seen);
            let changed = Arc::new(seen.redaction_keys.changed(key.clone()));
            let replaced = self.inner.shared.change(|state| {
                if !Arc::ptr_eq(&state.redaction_keys, &seen.redaction_keys) {
                    return Err(Box::new(announcement));
                }
                self.inner.outbox.put([announcement]);
                Ok(std::mem::replace(&mut state.redaction_keys, changed))
            });
            match replaced {
                Ok(_old) => return self.tell_announced(),
                Err(not_taken) => discard(not_taken),
            }
        }
    }

    /// What stands in records in the place of a hashed value: under the key in force first, then under each that was before it, the
    /// newest first. So records from before a [change of the key](Runtime::set_redaction_key) are found too. Nothing under
    /// [`RedactionKey::none`].
    pub fn redacted_forms(&self, value: &Value<'_>) -> Vec<String> {
        self.state().redaction_keys.forms(value)
    }

    /// Adds an observer that runs on the caller's thread. The name is for people.
    pub fn observe(
        &self,
        name: impl Into<String>,
        observe: impl Fn(&DecisionEvent<'_>) + Send + Sync + 'static,
    ) -> ObserverId {
        self.add_direct(name.into(), Arc::new(observe))
    }

    /// Adds an observer of outcomes alone, which runs on the caller's thread. The name is for people.
    pub fn observe_outcomes(
        &self,
        name: impl Into<String>,
        observe: impl Fn(&OutcomeEvent<'_>) + Send + Sync + 'static,
    ) -> ObserverId {
        self.add_direct(name.into(), Arc::new(Outcomes(observe)))
    }

    /// Adds an observer of a type of your own, which runs on the caller's thread. The name is for people.
    pub fn add_observer(&self, name: impl Into<String>, observer: impl Observer) -> ObserverId {
        self.add_direct(name.into(), Arc::new(observer))
    }

    /// Adds an observer on a thread of its own, behind a queue of so many events. An event that finds the
    /// queue full is counted as dropped; the caller never waits. Call [`Runtime::flush`] before the program
    /// ends: what is still in a queue then is not seen.
    ///
    /// # Errors
    /// The operating system refuses a thread.
    pub fn observe_queued(
        &self,
        name: impl Into<String>,
        capacity: usize,
        observe: impl FnMut(&Event<'static>) + Send + 'static,
    ) -> io::Result<ObserverId> {
        self.add_queued(name.into(), capacity, Box::new(observe))
    }

    /// Removes an observer: it sees no call that begins from now on. A queued one still sees what is in its
    /// queue. Returns whether it was there.
    pub fn remove_observer(&self, id: ObserverId) -> bool {
        let mut removed = None;
        self.change_observers(
            |entry| {
                let keep = entry.id != id;
                if !keep {
                    removed = Some(Arc::clone(entry));
                }
                keep
            },
            None,
        );
        let found = removed.is_some();
        if let Some(entry) = removed {
            entry.close();
            discard(entry);
        }
        found
    }

    /// Records with this recorder from now on, instead of its own before or the process's. Calls that began before end
    /// with the recorder they began with, so that no call is split between two. The one before may be dropped later, once
    /// each thread has made another call.
    pub fn set_recorder(&self, recorder: impl Recorder) {
        self.change_keeper(Some(Keeper::new(Arc::new(recorder))));
    }

    /// Takes the recorder of its own away: the process's is used, if there is one.
    pub fn clear_recorder(&self) {
        self.change_keeper(None);
    }

    fn change_keeper(&self, keeper: Option<Arc<Keeper>>) {
        let replace = |state: &mut State| std::mem::replace(&mut state.keeper, keeper);
        discard(self.inner.shared.change(replace));
    }

    /// What each observer did so far, in the order in which they are told.
    pub fn observer_stats(&self) -> Vec<ObserverStats> {
        self.inner
            .shared
            .observers()
            .iter()
            .map(|entry| entry.stats())
            .collect()
    }

    pub(crate) fn add_direct(&self, name: String, observer: Arc<dyn Observer>) -> ObserverId {
        let id = self.next_observer();
        self.add_entry(Entry::direct(id, name, observer));
        id
    }

    fn add_queued(
        &self,
        name: String,
        capacity: usize,
        callback: QueuedCallback,
    ) -> io::Result<ObserverId> {
        let id = self.next_observer();
        self.add_entry(Entry::queued(id, name, capacity, callback)?);
        Ok(id)
    }

    fn add_entry(&self, entry: Entry) {
        let entry = Arc::new(entry);
        self.change_observers(|_| true, Some(Arc::clone(&entry)));
        show_from_now(&entry);
        // Somebody else may have taken it out meanwhile.
        discard(entry);
    }

    fn next_observer(&self) -> ObserverId {
        ObserverId(self.inner.next_observer.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes a new list of the entries to keep and one more.
    fn change_observers(
        &self,
        mut keep: impl FnMut(&Arc<Entry>) -> bool,
        added: Option<Arc<Entry>>,
    ) {
        let old: ObserverList = self.inner.shared.change(|state| {
            let kept = state.observers.iter().filter(|entry| keep(entry)).cloned();
            let observers: ObserverList = kept.chain(added).collect();
            state.sees_outcomes = observers.iter().any(|entry| entry.sees_outcomes());
            state.sees_events = observers.iter().any(|entry| entry.sees_events());
            std::mem::replace(&mut state.observers, observers)
        });
        discard(old);
    }

    /// What is in force now, for one call from its beginning to its end.
    #[inline]
    pub(crate) fn state(&self) -> Rc<State> {
        self.inner.shared.current()
    }

    #[inline]
    pub(crate) fn resolvers(&self) -> &Resolvers {
        &self.inner.resolvers
    }

    #[inline]
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    #[inline]
    pub(crate) fn ids(&self) -> &dyn IdSource {
        &*self.inner.ids
    }

    pub(crate) fn expected_crates(&self) -> &[String] {
        &self.inner.expected_crates
    }

    #[inline]
    pub(crate) fn slow_observer(&self) -> Duration {
        self.inner.slow_observer
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // A thread's copy may keep the list alive for longer, so the workers are told to finish here.
        self.shared
            .observers()
            .iter()
            .for_each(|entry| entry.close());
        self.shared.sinks().iter().for_each(|post| post.end());
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let observers = self.inner.shared.observers();
        let names: Vec<_> = observers.iter().map(|entry| entry.name()).collect();
        f.debug_struct("Runtime")
            .field("policy", &self.policy())
            .field("observers", &names)
            .finish_non_exhaustive()
    }
}
