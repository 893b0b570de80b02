//! Where policy and recording meet the program: the runtime, who is told, and how values look to a policy.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use audit_core::{Capture, Fields, Policy, Runtime, Value};

use crate::ledger::Receipt;
use crate::report::{Report, Show, Terminal};

/// How many events the summary may lag behind before it misses some.
const QUEUE: usize = 1024;

/// The rules, and who is told of decisions and outcomes.
pub(crate) fn runtime(show: Show, report: Arc<Report>) -> Result<Runtime, Box<dyn Error>> {
    let runtime = Runtime::builder()
        .policy(Policy::from_dir(policy_dir())?)
        .add_observer("terminal", Terminal(show))
        .queued_observer("summary", QUEUE, move |event| report.count(event))
        .build()?;
    Ok(runtime)
}

pub(crate) fn policy_dir() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/payments/policy"))
}

/// What `ret` records of it.
impl Capture for Receipt {
    fn capture(&self) -> Value<'_> {
        let fields = Fields::new()
            .with("moved", self.moved)
            .with("from", &self.from)
            .with("to", &self.to)
            .with("left", self.left)
            .with("reference", &self.reference);
        fields.into()
    }
}
