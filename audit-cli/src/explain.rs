//! `audit policy explain`: why a policy says what it says.

use audit_core::{Clock, RedactionKey, Runtime, Scope, Timestamp};
use clap::Args;

use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::question::{Format, QuestionArgs, note_undeclared};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    question: QuestionArgs,
}

/// Prints the explanation that a service with this policy would give.
pub(crate) fn explain(args: &ExplainArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let input = args.question.input()?;
    let policy = args.question.source.compiled(console)?;
    note_undeclared(&policy, &input, &mut console.err)?;
    let snapshot = input.snapshot;
    let runtime = Runtime::builder()
        .policy(policy)
        .clock(StoppedClock(args.question.time()))
        // Nobody keeps a secret for what is shown once.
        .redaction_key(RedactionKey::none())
        .snapshot_resolver(move |_| Ok(snapshot.clone()))
        .build();
    let runtime = runtime.map_err(|error| Stop::CouldNotRun(error.to_string()))?;
    let mut scope = Scope::new().actor(input.actor);
    if let Some(tenant) = args.question.tenant() {
        let Ok(bound) = scope.tenant(tenant.clone());
        scope = bound;
    }
    let explanation = scope.run(|| runtime.explain(&input.action));
    match args.question.format {
        Format::Json => console.out.json(&explanation)?,
        Format::Text => console.out.text(&explanation)?,
    }
    Ok(Exit::Fine)
}

/// A clock that stands still.
#[derive(Debug)]
struct StoppedClock(Timestamp);

impl Clock for StoppedClock {
    fn monotonic_nanos(&self) -> u64 {
        0
    }

    fn wall_at(&self, _nanos: u64) -> Timestamp {
        self.0
    }
}
