//! [`RuntimeBuilder`]: everything a runtime is made of.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, IdSource, RandomIds, SystemClock};
use crate::decision::Mode;
use crate::evaluator::Evaluator;
use crate::event::{DecisionEvent, Event, OutcomeEvent};
use crate::mode::{ModeOverride, ModeTarget, Overrides};
use crate::observer::{Observer, Outcomes, QueuedCallback};
use crate::recorder::{Keeper, Recorder};
use crate::redaction::{RedactionKey, RedactionKeys};
use crate::request::{Actor, Snapshot, TenantId};
use crate::value::{Fields, Text};

use super::{BoxError, CallContext, Engine, InPlace, ResolveContext, Resolvers, Runtime, State};

/// An observer that takes this long on a caller's thread is named in a warning, unless told otherwise.
const SLOW_OBSERVER: Duration = Duration::from_millis(1);

/// Everything a runtime is made of. Only the policy is required.
#[must_use = "nothing exists before `build`"]
pub struct RuntimeBuilder {
    evaluator: Option<Arc<dyn Evaluator>>,
    pub(super) resolvers: Resolvers,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) slow_observer: Duration,
    redaction_key: Option<RedactionKey>,
    mode: Option<Mode>,
    pub(super) expected_crates: Vec<String>,
    recorder: Option<Arc<dyn Recorder>>,
    observers: Vec<Observing>,
}

/// An observer that is to be.
enum Observing {
    Direct(String, Arc<dyn Observer>),
    Queued(String, usize, QueuedCallback),
}

/// Declares a resolver's two setters.
macro_rules! resolver_setters {
    ($($(#[$doc:meta])* $field:ident, $sync:ident, $future:ident -> $found:ty;)+) => {
        $(
            $(#[$doc])*
            pub fn $sync(
                mut self,
                resolve: impl Fn(&ResolveContext<'_>) -> Result<$found, BoxError> + Send + Sync + 'static,
            ) -> Self {
                self.resolvers.$field.set(resolve);
                self
            }

            $(#[$doc])*
            ///
            /// This form is awaited by `evaluate_async`. A synchronous call that meets it alone is indeterminate.
            pub fn $future<F>(
                mut self,
                resolve: impl Fn(ResolveContext<'static>) -> F + Send + Sync + 'static,
            ) -> Self
            where
                F: Future<Output = Result<$found, BoxError>> + Send + 'static,
            {
                self.resolvers.$field.set_async(resolve);
                self
            }
        )+
    };
}

impl RuntimeBuilder {
    pub(super) fn new() -> Self {
        Self {
            evaluator: None,
            resolvers: Resolvers::none(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            slow_observer: SLOW_OBSERVER,
            redaction_key: None,
            mode: None,
            expected_crates: Vec::new(),
            recorder: None,
            observers: Vec::new(),
        }
    }

    /// The policy that judges: a [`Policy`](crate::Policy) or any [`Evaluator`].
    pub fn policy(mut self, evaluator: impl Evaluator) -> Self {
        self.evaluator = Some(Arc::new(evaluator));
        self
    }

    resolver_setters! {
        /// Finds what the other resolvers work with, such as the request in hand.
        context, context_resolver, context_resolver_async -> CallContext;
        /// Finds the action's type where a function's call names none.
        action_type, action_type_resolver, action_type_resolver_async -> Text<'static>;
        /// Finds the action's fields from a function's arguments. It can't change the action's type.
        action, action_resolver, action_resolver_async -> Fields<'static>;
        /// Finds the tenant; `None` means that there is none. Without a resolver the scope's tenant is in force.
        tenant, tenant_resolver, tenant_resolver_async -> Option<TenantId>;
        /// Finds who acts. Without it the scope's actor is in force.
        actor, actor_resolver, actor_resolver_async -> Actor<'static>;
        /// Finds the state of the system that the policy may read.
        snapshot, snapshot_resolver, snapshot_resolver_async -> Snapshot<'static>;
    }

    /// The mode in which annotated functions are judged, whatever the policy says of modes: the same as setting it for
    /// [`ModeTarget::Everything`] at once (see [`Runtime::set_mode`]). Without it, and where the policy names none,
    /// `#[admit]` enforces and `#[audit]`, which never goes above `shadow`, shadows. `Shadow` lets admitted functions run
    /// whatever policy says; `Off` asks no policy at all and lets every function run.
    ///
    /// What the program asks for itself, such as [`Runtime::evaluate`], is answered in every mode; where that is `off`,
    /// as in `shadow`. The decision says the mode.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The crates that must have annotated functions in this program. A crate that is listed as a dependency and
    /// named nowhere in code is not linked, and its functions would be missed in silence: [`install`] and
    /// [`Runtime::check_sites`] report it.
    ///
    /// [`install`]: crate::install
    pub fn expect_sites<N: Into<String>>(mut self, crates: impl IntoIterator<Item = N>) -> Self {
        self.expected_crates
            .extend(crates.into_iter().map(Into::into));
        self
    }

    /// The key behind hashed values in records. Without it each runtime makes one of its own, so that its hashes
    /// can be compared with no other's. [`Runtime::set_redaction_key`] changes it while the program runs.
    pub fn redaction_key(mut self, key: RedactionKey) -> Self {
        self.redaction_key = Some(key);
        self
    }

    /// Records decisions, outcomes and changes with this recorder. Without one: with the process's, if
    /// [`set_recorder`](crate::set_recorder) has set one. [`Runtime::set_recorder`] swaps it while the program runs.
    pub fn recorder(mut self, recorder: impl Recorder) -> Self {
        self.recorder = Some(Arc::new(recorder));
        self
    }

    /// Adds an observer that runs on the caller's thread. The name is for people.
    pub fn observer(
        mut self,
        name: impl Into<String>,
        observe: impl Fn(&DecisionEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.observers
            .push(Observing::Direct(name.into(), Arc::new(observe)));
        self
    }

    /// Adds an observer of outcomes alone, which runs on the caller's thread. The name is for people.
    pub fn outcome_observer(
        mut self,
        name: impl Into<String>,
        observe: impl Fn(&OutcomeEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.observers
            .push(Observing::Direct(name.into(), Arc::new(Outcomes(observe))));
        self
    }

    /// Adds an observer of a type of your own, which runs on the caller's thread. The name is for people.
    pub fn add_observer(mut self, name: impl Into<String>, observer: impl Observer) -> Self {
        self.observers
            .push(Observing::Direct(name.into(), Arc::new(observer)));
        self
    }

    /// Adds an observer on a thread of its own, behind a queue of so many events. An event that finds the
    /// queue full is counted as dropped; the caller never waits. Call [`Runtime::flush`] before the program
    /// ends: what is still in a queue then is not seen.
    pub fn queued_observer(
        mut self,
        name: impl Into<String>,
        capacity: usize,
        observe: impl FnMut(&Event<'static>) + Send + 'static,
    ) -> Self {
        self.observers
            .push(Observing::Queued(name.into(), capacity, Box::new(observe)));
        self
    }

    /// An observer that takes this long on a caller's thread is named in a warning. Without it: 1 ms.
    pub fn slow_observer(mut self, limit: Duration) -> Self {
        self.slow_observer = limit;
        self
    }

    /// Takes the time from here. Without it: the machine's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes the time from a clock that a test holds too.
    pub fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes identifiers from here. Without it: UUIDs of version 7.
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// The mode that was asked for, as one that is set over whatever the policy says.
    fn overrides(&self) -> Overrides {
        let mut overrides = Overrides::default();
        if let Some(mode) = self.mode {
            overrides.set(ModeOverride {
                target: ModeTarget::Everything,
                mode,
                since: self.clock.wall_at(self.clock.monotonic_nanos()),
                change: None,
            });
        }
        overrides
    }

    /// Makes the runtime and starts the workers of its queued observers.
    ///
    /// # Errors
    /// There is no policy, or the operating system refuses a thread or random bytes. Nothing is left half made.
    ///
    /// # Panics
    /// The evaluator panics when it is asked which policy it is, which fields it keeps out of records or which modes it
    /// names.
    pub fn build(mut self) -> Result<Runtime, BuildError> {
        let evaluator = self.evaluator.take().ok_or(BuildError::NoPolicy)?;
        let observers = std::mem::take(&mut self.observers);
        let keeper = self.recorder.take().map(Keeper::new);
        let redaction_key = match self.redaction_key.take() {
            Some(key) => key,
            None => RedactionKey::random()
                .map_err(|error| BuildError::Randomness(io::Error::other(error)))?,
        };
        let in_place = InPlace::load(Engine::new(evaluator), self.overrides());
        let runtime = Runtime::from_parts(
            self,
            State {
                in_place,
                redaction_keys: Arc::new(RedactionKeys::new(redaction_key)),
                observers: Arc::from([]),
                keeper,
                sinks: Arc::from([]),
                sees_outcomes: false,
                sees_events: false,
            },
        );
        for observing in observers {
            match observing {
                Observing::Direct(name, observer) => {
                    runtime.add_direct(name, observer);
                }
                Observing::Queued(name, capacity, callback) => {
                    runtime
                        .add_queued(name, capacity, callback)
                        .map_err(BuildError::Thread)?;
                }
            }
        }
        Ok(runtime)
    }
}

impl fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeBuilder")
            .field("has_policy", &self.evaluator.is_some())
            .field("has_recorder", &self.recorder.is_some())
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no runtime.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// No policy was given.
    NoPolicy,
    /// The operating system refused the thread of a queued observer.
    Thread(io::Error),
    /// The operating system gave no random bytes for a redaction key, and none was given.
    Randomness(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPolicy => f.write_str("a runtime needs a policy: call `policy` on its builder"),
            Self::Thread(_) => {
                f.write_str("the operating system refused a thread for a queued observer")
            }
            Self::Randomness(_) => f.write_str(
                "the operating system gave no random bytes for a redaction key: give one with `redaction_key`",
            ),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoPolicy => None,
            Self::Thread(error) | Self::Randomness(error) => Some(error),
        }
    }
}
