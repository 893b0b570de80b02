//! [`Explainer`]: why a policy answered what it answered.

use std::sync::Arc;

use audit_core::testing::ManualClock;
use audit_core::{
    Call, CallContext, Classification, EvaluateError, Evaluator, Mode, ModeSettings, Policy,
    PolicyInfo, RedactionKey, Request, RuleTrace, Runtime, Scope, Snapshot, Verdict,
};

use crate::exit::Stop;
use crate::suite::plan::Case;
use crate::suite::policy::Tested;

/// Says why, by the path that a service takes: what the schema calls sensitive is not shown.
pub(super) struct Explainer<'t> {
    tested: &'t Tested,
    /// Runtimes of its own, each made where a first case that needs it fails: for cases with a time, and without.
    timed: Option<Explaining>,
    timeless: Option<Explaining>,
}

/// A runtime whose clock stands still.
struct Explaining {
    runtime: Runtime,
    clock: Arc<ManualClock>,
}

impl<'t> Explainer<'t> {
    /// Nothing is made yet.
    pub(super) const fn new(tested: &'t Tested) -> Self {
        Self {
            tested,
            timed: None,
            timeless: None,
        }
    }

    /// The explanation, in lines.
    pub(super) fn explain(&mut self, case: &Case) -> Result<String, Stop> {
        let tested = self.tested;
        let explaining = match (case.clock, &mut self.timed, &mut self.timeless) {
            (Some(_), Some(made), _) | (None, _, Some(made)) => made,
            (Some(_), timed, _) => timed.insert(Explaining::new(policy(tested)?)?),
            (None, _, timeless) => timeless.insert(Explaining::new(Timeless(policy(tested)?))?),
        };
        Ok(explaining.explain(case))
    }
}

fn policy(tested: &Tested) -> Result<Policy, Stop> {
    let policy = tested.again();
    policy.map_err(|error| Stop::CouldNotRun(error.to_string()))
}

impl Explaining {
    fn new(evaluator: impl Evaluator) -> Result<Self, Stop> {
        let clock = Arc::new(ManualClock::default());
        let runtime = Runtime::builder()
            .policy(evaluator)
            .snapshot_resolver(|of| {
                let snapshot = of.context::<Arc<Snapshot<'static>>>();
                Ok(snapshot
                    .map(|snapshot| (**snapshot).clone())
                    .unwrap_or_default())
            })
            .shared_clock(Arc::clone(&clock) as _)
            // A report must be the same at each run, and nobody keeps a secret for it.
            .redaction_key(RedactionKey::none())
            .build();
        let runtime = runtime.map_err(|error| Stop::CouldNotRun(error.to_string()))?;
        Ok(Self { runtime, clock })
    }

    fn explain(&self, case: &Case) -> String {
        if let Some(time) = case.clock {
            self.clock.set_wall(time);
        }
        let snapshot: CallContext = Arc::new(Arc::new(case.snapshot.part.clone()));
        let mut call = Call::new(&case.action.part).with_context(snapshot);
        if case.mode == Mode::Shadow {
            call = call.in_shadow();
        }
        let mut scope = Scope::new().actor(case.actor.part.clone());
        if let Some(tenant) = &case.tenant {
            scope = match scope.tenant(&**tenant) {
                Ok(scope) => scope,
                // Every tenant of a case has a name.
                Err(error) => return format!("{error}\n"),
            };
        }
        scope.run(|| self.runtime.explain_call(&call)).to_string()
    }
}

/// A policy that is asked at no time, which no runtime does by itself: every service has a clock.
struct Timeless(Policy);

impl Evaluator for Timeless {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        self.0.evaluate(&at_no_time(request))
    }

    fn info(&self) -> PolicyInfo {
        self.0.info()
    }

    fn classification(&self) -> Classification {
        self.0.classification()
    }

    fn modes(&self) -> ModeSettings {
        self.0.modes()
    }

    fn allows_indeterminate(&self) -> bool {
        self.0.allows_indeterminate()
    }

    fn trace(&self, request: &Request<'_>) -> Option<Vec<RuleTrace>> {
        self.0.trace(&at_no_time(request))
    }
}

fn at_no_time<'r>(request: &Request<'r>) -> Request<'r> {
    let mut request = *request;
    request.time = None;
    request
}
