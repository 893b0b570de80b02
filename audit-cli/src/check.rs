//! `audit policy check`: every problem of a policy.

use audit_core::{Evaluator, Policy, ProblemKind};
use clap::Args;

use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::render::{Report, Texts, counted};
use crate::source::SourceArgs;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Ends with exit code 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

/// Prints every problem and, of a sound policy, its rule count, version and digest.
pub(crate) fn check(args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let out = &mut console.out;
    let documents = match args.source.documents() {
        Ok(documents) => documents,
        Err(error) => {
            let mut report = Report::new(Texts::Unknown);
            report.write(error.problems(), out)?;
            out.line(report.summary())?;
            let unreadable = error
                .problems()
                .iter()
                .any(|problem| problem.kind == ProblemKind::Unreadable);
            return Ok(if unreadable {
                Exit::CouldNotRun
            } else {
                Exit::Finding
            });
        }
    };
    let outcome = Policy::from_documents(&documents);
    let mut report = Report::new(Texts::Policy(&documents));
    match &outcome {
        Ok(policy) => {
            report.write(policy.warnings(), out)?;
            let (rules, info) = (counted(policy.rule_count(), "rule"), policy.info());
            out.line(format_args!(
                "{rules}, version {}, digest {}",
                info.version, info.digest
            ))?;
        }
        Err(error) => report.write(error.problems(), out)?,
    }
    out.line(report.summary())?;
    let denied = args.deny_warnings && report.warnings > 0;
    Ok(if outcome.is_err() || denied {
        Exit::Finding
    } else {
        Exit::Fine
    })
}
