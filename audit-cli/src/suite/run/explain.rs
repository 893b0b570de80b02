//! [`Explainer`]: why a policy answered what it answered.

use std::sync::Arc;

use audit_core::testing::ManualClock;
use audit_core::{Call, CallContext, Mode, RedactionKey, Runtime, Scope, Snapshot, Timestamp};

use crate::exit::Stop;
use crate::suite::plan::Case;
use crate::suite::policy::Tested;

/// Says why, by the path that a service takes: what the schema calls sensitive is not shown.
pub(super) struct Explainer {
    runtime: Runtime,
    clock: Arc<ManualClock>,
}

impl Explainer {
    /// A runtime of its own, made where a first case fails.
    pub(super) fn new(tested: &Tested) -> Result<Self, Stop> {
        let stop = |error: &dyn std::error::Error| Stop::CouldNotRun(error.to_string());
        let policy = tested.again().map_err(|error| stop(&error))?;
        let clock = Arc::new(ManualClock::default());
        let runtime = Runtime::builder()
            .policy(policy)
            .snapshot_resolver(|of| {
                let snapshot = of.context::<Arc<Snapshot<'static>>>();
                Ok(snapshot
                    .map(|snapshot| (**snapshot).clone())
                    .unwrap_or_default())
            })
            .shared_clock(Arc::clone(&clock) as _)
            // A report must be the same at each run; nothing in a suite is worth guessing.
            .redaction_key(RedactionKey::new([0; 32]))
            .build();
        let runtime = runtime.map_err(|error| stop(&error))?;
        Ok(Self { runtime, clock })
    }

    /// The explanation, in lines.
    pub(super) fn explain(&self, case: &Case) -> String {
        self.clock
            .set_wall(case.clock.unwrap_or(Timestamp::from_nanos(0)));
        let snapshot: CallContext = Arc::new(Arc::clone(&case.snapshot));
        let mut call = Call::new(&case.action).with_context(snapshot);
        if case.mode == Mode::Shadow {
            call = call.in_shadow();
        }
        let mut scope = Scope::new().actor((*case.actor).clone());
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
