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
//! * **Who judges**: [`Policy`] reads and compiles policy files; any [`Evaluator`] can take its place.
//! * **Where it happens**: a [`Runtime`] joins evaluator, resolvers and observers, and can be asked by hand; [`install`]
//!   makes one the process's default; a [`Scope`] says who acts, for which tenant, in which trace.
//! * **What comes out**: a [`Decision`] and an [`Outcome`], seen by observers as [`DecisionEvent`] and
//!   [`OutcomeEvent`], leaving the process as [`Event`]s; an [`Explanation`] says why. [`Redaction`] keeps values out.
//! * **What there is**: [`sites`] lists the annotated functions, and an [`InstallReport`] what is amiss with them.
//! * **Tests of yours**: [`testing`].
//!
//! # Modes
//!
//! [`Mode`] is the one thing to change between trying rules out and obeying them: [`RuntimeBuilder::mode`] or, while
//! running, [`Runtime::set_mode`].
//!
//! | mode | `#[audit]` | `#[admit]` |
//! | --- | --- | --- |
//! | none said | judged, runs | judged, refused where policy says so |
//! | `Shadow` | judged, runs | judged, runs |
//! | `Enforce` | judged, runs | judged, refused where policy says so |
//! | `Off` | runs | runs |
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
//! - `macros` (default): the two attributes. Without it a program asks its runtime by hand and builds no proc macro.
//! - `off`: every attribute gives its function back as written, so that **nothing is refused**; for measuring what the
//!   attributes cost. A build shares its features: one dependency that asks for it switches all off.
//!
//! No feature brings in an async runtime, HTTP or a database.

#[doc(hidden)]
pub mod __private;
mod armed;
mod call;
mod capture;
mod clock;
mod contain;
mod decision;
mod enforce;
mod evaluator;
mod event;
mod explain;
mod global;
mod inventory;
mod observer;
mod outcome;
mod policy;
mod redaction;
mod request;
mod runtime;
mod scope;
mod site;
pub mod testing;
mod value;
mod word;

#[cfg(feature = "macros")]
#[doc(inline)]
pub use audit_macros::{admit, audit};
pub use call::{ActionBuilder, Call, Function};
pub use capture::Capture;
pub use clock::{
    Clock, EventId, IdSource, ParseIdError, ParseTimestampError, RandomIds, SystemClock, Timestamp,
};
pub use decision::{
    Decision, DecisionError, Digest, Effect, FailureKind, Missing, Mode, ParseDigestError,
    PolicyInfo, Severity, Stage,
};
pub use enforce::{FromRefused, Refusal, Refused};
pub use evaluator::{
    Comparison, ConditionTrace, EvaluateError, Evaluator, ModeSettings, RuleMode, RuleOutcome,
    RuleTrace, Truth, Verdict,
};
pub use event::{DecisionEvent, Event, EventKind, OutcomeEvent, Process, Site};
pub use explain::Explanation;
pub use global::{InstallError, clear_observer, install, runtime, set_observer};
pub use inventory::{Finding, FindingKind, InstallReport};
pub use observer::{Observer, ObserverId, ObserverStats};
pub use outcome::{Outcome, Status};
pub use policy::{
    Documents, GOVERNANCE_FILE, POLICY_FILE, Place, Policy, PolicyError, Problem, ProblemKind,
    ProblemStage, RuleOutline, SCHEMA_FILE,
};
pub use redaction::{Redacted, RedactedPath, Redaction, RedactionKey, Sensitive};
pub use request::{
    Action, Actor, Ambient, EmptyTenant, ParseTraceError, Request, Snapshot, TenantId, Trace,
};
pub use runtime::{
    BoxError, BuildError, CallContext, FlushError, ResolveContext, Runtime, RuntimeBuilder,
};
pub use scope::{InScope, Scope, ScopedFuture};
pub use site::{
    AnnotatedSite, Argument, Captures, Delivery, SiteFacts, SiteKind, Uninstalled, Unrecordable,
    sites,
};
pub use value::{Field, Fields, Text, Value};
pub use word::UnknownWord;
