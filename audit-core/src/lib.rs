//! Judge, observe and explain every sensitive call of a service by policy.
//!
//! ```
//! use audit_core::{Actor, Policy, Refused, Runtime, Scope, admit};
//!
//! #[admit]
//! fn refund(order_id: &str, amount: u64) -> Result<String, Refused> {
//!     Ok(format!("{amount} back for {order_id}")) // the business, which knows of no policy
//! }
//!
//! # let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy");
//! audit_core::set_observer(|event| println!("{} {}", event.action_type(), event.decision.effect));
//! audit_core::install(Runtime::builder().policy(Policy::from_dir(dir)?).build()?)?;
//!
//! let alice = Actor::new("alice").with("role", "support");
//! let refused = Scope::new().actor(alice).run(|| refund("o-1", 5000)).unwrap_err();
//! assert_eq!(refused.rule(), Some("block_large_refund"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! * **What is annotated**: [`audit`](macro@audit) judges and records every call of a function, [`admit`](macro@admit)
//!   refuses it too; [`Capture`] makes an argument a field, [`FromRefused`] a [`Refused`] a result.
//! * **What is asked**: [`Action`], [`Actor`], [`Snapshot`], made of [`Fields`], [`Value`] and [`Text`].
//! * **Who judges**: [`Policy`] reads and compiles policy files; any [`Evaluator`] can take its place, as `CedarPolicy`
//!   does. [`Conversion`] turns files of version 1 into language 2.
//! * **Where it happens**: a [`Runtime`] joins evaluator, resolvers and observers, and can be asked by hand; [`install`]
//!   makes one the process's default; a [`Scope`] says who acts, for which tenant, in which trace.
//! * **What comes out**: a [`Decision`] and an [`Outcome`], seen by observers as [`DecisionEvent`] and
//!   [`OutcomeEvent`], leaving the process as [`Event`]s; an [`Explanation`] says why. [`Redaction`] keeps values
//!   out: by attribute, by schema, and by type ([`Sensitive`](struct@Sensitive)).
//! * **Who keeps records**: a [`Recorder`], such as `audit_trail::Trail`, set with [`RuntimeBuilder::recorder`],
//!   [`Runtime::set_recorder`] or, for the whole process, [`set_recorder`]; [`Delivery`] says how surely a record is kept.
//!   What a program records itself is an [`Entry`], given to [`record`] or [`timed`].
//! * **Where the audit goes besides**: a [`Sink`] takes every event, one way ([`register_sink`], [`Runtime::register_sink`]);
//!   [`sink::JsonLines`], [`sink::MemorySink`] and [`sink::CallbackSink`] are such.
//! * **Tenants**: module [`tenant`]: scopes that are told of, what may cross the boundary between two tenants, and violations on both paths.
//! * **Programs of components**: [`bus`] carries events and calls under policy; [`component`](mod@component) starts and ends who uses it.
//! * **Dashboards**: module `observability` (feature of that name), apart from all of the above.
//! * **What changes while it runs**: [`Runtime::set_mode`], for everything, an action or a rule, and [`Runtime::reload`]; a
//!   [`PolicyWatcher`] follows a directory. Each change is an event that says who made it ([`Change`]).
//! * **What there is**: [`sites`] lists the annotated functions, and an [`InstallReport`] what is amiss with them.
//! * **Tests of yours**: [`testing`].
//!
//! # Modes
//!
//! [`Mode`] is the one thing to change between trying rules out and obeying them: in the policy, for all of it, for an
//! action or for a rule; with [`RuntimeBuilder::mode`]; or, while running, with [`Runtime::set_mode`], which goes before
//! what the policy says, for an action before everything.
//!
//! | mode | `#[audit]` | `#[admit]` |
//! | --- | --- | --- |
//! | none said | judged, runs | judged, refused where policy says so |
//! | `Shadow` | judged, runs | judged, runs |
//! | `Enforce` | judged, runs | judged, refused where policy says so |
//! | `Off` | runs | runs |
//!
//! A rule with a mode of its own goes before that of its call: one that is enforced refuses in a call that is otherwise in
//! shadow or off. Where a resolver fails no rule is asked, and the call has its own mode; where not even its action's
//! type is known, the strictest that any action has.
//!
//! Without a runtime an audited function runs and an admitted one is refused.
//!
//! # Promises
//!
//! A decision that can't be made (a resolver fails, panics or can only be awaited; the evaluator fails) is
//! *indeterminate*: it blocks, and says why. An audited function runs whatever happens. An observer can't harm a call,
//! nor another observer. No redacted field is in an event, an error, an explanation or a log, nor what
//! they quote of its value if that has four characters or more; no redaction changes an effect. No input to a reader or a runtime makes this crate panic. [`Runtime::allow`] and its siblings take no
//! memory from the heap while no part of a request has more than four fields, no field that the rules ask for is
//! missing, and nothing records the decision.
//!
//! # Features
//!
//! - `macros` (default): all attributes and `#[derive(Sensitive)]`. Without it a program asks its runtime by hand and builds no proc macro.
//! - `cedar`: module `cedar` with `CedarPolicy`, policies written in Cedar. It brings in `cedar-policy`, whose 34 crates take
//!   longer to build than the rest together.
//! - `off`: every attribute gives its function back as written, so that **nothing is refused**; for measuring what the
//!   attributes cost. A build shares its features: one dependency that asks for it switches all off.
//!
//! - `tokio`: `Tokio`, which runs the bus's tasks on a runtime of tokio. Without it they run on threads of the bus's own.
//! - `observability`: module `observability`: spans, events and metrics for dashboards, apart from the audit and switched on and off
//!   while running. It brings in `metrics`, two crates. Without it nothing of it is compiled.
//! - `schema`: `#[runnable]` and `Runnable::with_schema` describe parameters and answers by the `JsonSchema` of their types. It
//!   brings in `schemars`.
//!
//! No feature but `tokio` brings in an async runtime, and none HTTP or a database.

#[doc(hidden)]
pub mod __private;
mod active;
mod armed;
pub mod bus;
mod call;
mod caller;
mod capture;
#[cfg(feature = "cedar")]
pub mod cedar;
mod change;
mod clock;
pub mod component;
mod contain;
mod decision;
mod delivery;
mod enforce;
mod entry;
mod evaluator;
mod event;
mod executor;
mod explain;
mod global;
mod health;
mod inventory;
mod mode;
#[cfg(feature = "observability")]
pub mod observability;
#[cfg(not(feature = "observability"))]
#[path = "observability/absent.rs"]
mod observability;
mod observer;
mod outcome;
mod pattern;
mod place;
mod policy;
mod recorder;
mod redaction;
mod request;
mod runtime;
mod scope;
pub mod sensitive;
pub mod sink;
mod site;
mod sync;
pub mod tenant;
pub mod testing;
mod value;
mod watch;
mod word;
mod worker;

#[cfg(feature = "macros")]
#[doc(inline)]
pub use audit_macros::{
    Sensitive, activate, admit, audit, component, deactivate, health, provides, requires, runnable,
    subscribe,
};
pub use call::{ActionBuilder, Call, Function};
pub use capture::Capture;
pub use change::ModeError;
pub use clock::{
    Clock, EventId, IdSource, ParseIdError, ParseTimestampError, RandomIds, SystemClock, Timestamp,
};
pub use decision::{
    Decision, DecisionError, Digest, Effect, FailureKind, Missing, Mode, ParseDigestError,
    PolicyInfo, Severity, Stage,
};
pub use delivery::{Delivery, Unrecordable};
pub use enforce::{FromRefused, Refusal, Refused};
pub use entry::{Entry, Timed, record, record_async, timed, timed_async};
pub use evaluator::{
    Comparison, ConditionTrace, EvaluateError, Evaluator, ModeSettings, RuleMode, RuleOutcome,
    RuleTrace, Truth, Verdict,
};
pub use event::{DecisionEvent, Event, EventKind, Fact, OutcomeEvent, Process, Site};
#[cfg(feature = "tokio")]
pub use executor::Tokio;
pub use executor::{BlockingTask, Executor, SpawnError, Task, Threads};
pub use explain::Explanation;
pub use global::{
    InstallError, clear_observer, flush_sinks, install, register_sink, runtime, set_observer,
    sink_stats, tell_recorded, unregister_sink,
};
pub use inventory::{Finding, FindingKind, InstallReport};
pub use mode::{Change, ChangeBy, ModeOverride, ModeTarget, UnexplainedChange};
pub use observer::{Observer, ObserverId, ObserverStats};
pub use outcome::{Outcome, Status};
pub use pattern::{Pattern, PatternError};
pub use policy::{
    Conversion, ConvertError, ConvertNote, ConvertNoteKind, Converted, Documents, GOVERNANCE_FILE,
    POLICY_FILE, POLICY_FILE_JSON_SCHEMA, Place, Policy, PolicyError, Problem, ProblemKind,
    ProblemStage, RuleOutline, SCHEMA_FILE, SCHEMA_FILE_JSON_SCHEMA, Undeclared, UndeclaredKind,
};
pub use recorder::{
    Acknowledgement, Overdue, Receipt, RecordError, RecordErrorKind, Recorded, Recorder, Terms,
    clear_recorder, set_recorder,
};
pub use redaction::{
    Classification, KeyNameError, Redacted, RedactedPath, Redaction, RedactionKey,
};
pub use request::{
    Action, Actor, Ambient, InvalidTenant, ParseTraceError, Request, Snapshot, TenantId, Trace,
};
pub use runtime::{
    BoxError, BuildError, CallContext, FlushError, ResolveContext, Runtime, RuntimeBuilder,
};
pub use scope::Scope;
pub use sensitive::Sensitive;
pub use sink::Sink;
pub use site::{AnnotatedSite, Argument, Captures, SiteFacts, SiteKind, Uninstalled, sites};
pub use tenant::{InScope, ScopedFuture};
pub use value::{Field, Fields, Substitute, SubstituteKind, Text, Value};
pub use watch::{PolicyWatcher, PolicyWatcherBuilder, WatchError, WatchState, WatchStatus};
pub use word::UnknownWord;
