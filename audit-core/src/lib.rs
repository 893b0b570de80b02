//! Judge, observe and explain every sensitive call of a service by policy.
//!
//! ```
//! use audit_core::{Action, Actor, Effect, Policy, Runtime, Scope};
//!
//! # let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy");
//! let runtime = Runtime::builder()
//!     .policy(Policy::from_dir(dir)?)
//!     .observer("print", |event| println!("{} {}", event.action_type(), event.decision.effect))
//!     .build()?;
//!
//! let decision = Scope::new().actor(Actor::new("alice").with("role", "support")).run(|| {
//!     runtime.evaluate(&Action::new("refund").with("amount", 5000))
//! });
//! assert_eq!(decision.effect, Effect::Block);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! * **What is asked**: [`Action`], [`Actor`], [`Snapshot`], made of [`Fields`], [`Value`] and [`Text`].
//! * **Who judges**: [`Policy`] reads and compiles policy files; any [`Evaluator`] can take its place.
//! * **Where it happens**: a [`Runtime`] joins evaluator, resolvers and observers; [`install`] makes one the
//!   process's default; a [`Scope`] says who acts, for which tenant, in which trace.
//! * **What comes out**: a [`Decision`], seen by observers as a [`DecisionEvent`], leaving the process as an
//!   [`Event`]; an [`Explanation`] says why.
//! * **Tests of yours**: [`testing`].
//!
//! # Promises
//!
//! A decision that can't be made (a resolver fails, panics or can only be awaited; the evaluator fails) is
//! *indeterminate*: it blocks, and says why. An observer can't harm a call, nor another observer. No input to
//! a reader or a runtime makes this crate panic. [`Runtime::allow`] and its siblings take no memory from the heap
//! while no part of a request has more than four fields, no field that the rules ask for is missing, and
//! nothing records the decision.
//!
//! # Features
//!
//! None yet: the default is all there is, without an async runtime, HTTP or a database.

mod call;
mod clock;
mod contain;
mod decision;
mod evaluator;
mod event;
mod explain;
mod global;
mod observer;
mod policy;
mod request;
mod runtime;
mod scope;
pub mod testing;
mod value;
mod word;

pub use call::{ActionBuilder, Call, Function};
pub use clock::{
    Clock, EventId, IdSource, ParseIdError, ParseTimestampError, RandomIds, SystemClock, Timestamp,
};
pub use decision::{
    Decision, DecisionError, Digest, Effect, FailureKind, Missing, Mode, ParseDigestError,
    PolicyInfo, Stage,
};
pub use evaluator::{
    Comparison, ConditionTrace, EvaluateError, Evaluator, RuleOutcome, RuleTrace, Truth, Verdict,
};
pub use event::{DecisionEvent, Event, EventKind, Process, Site};
pub use explain::Explanation;
pub use global::{InstallError, clear_observer, install, runtime, set_observer};
pub use observer::{Observer, ObserverId, ObserverStats};
pub use policy::{
    Documents, GOVERNANCE_FILE, POLICY_FILE, Place, Policy, PolicyError, Problem, ProblemKind,
    ProblemStage, SCHEMA_FILE,
};
pub use request::{
    Action, Actor, Ambient, EmptyTenant, ParseTraceError, Request, Snapshot, TenantId, Trace,
};
pub use runtime::{
    BoxError, BuildError, CallContext, FlushError, ResolveContext, Runtime, RuntimeBuilder,
};
pub use scope::{InScope, Scope, ScopedFuture};
pub use value::{Field, Fields, Text, Value};
pub use word::UnknownWord;
