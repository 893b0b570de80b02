//! `audit policy check`: every problem of a policy, and what is legal in it and most likely not meant.

use audit_core::{Policy, Timestamp};
use clap::Args;

use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::question::or_now;
use crate::report::{Format, Report};
use crate::source::SourceArgs;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// For which time it is checked, in RFC 3339: rules that have expired by then are told; without it now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Ends with exit code 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

/// Prints every problem and, of a sound policy, what is most likely not meant, its rule count, version and digest.
pub(crate) fn check(args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let documents = args.source.documents();
    let outcome = match &documents {
        Ok(documents) => Policy::from_documents(documents),
        Err(error) => Err(error.clone()),
    };
    let lints = match &outcome {
        Ok(policy) => policy.lints(or_now(args.at)),
        Err(_) => Vec::new(),
    };
    let report = Report::new(documents.as_ref().ok(), outcome.as_ref()).with_lints(&lints);
    report.write(args.format, &mut console.out)?;
    let denied = args.deny_warnings && report.warns();
    Ok(if report.unreadable() {
        Exit::CouldNotRun
    } else if outcome.is_err() || denied {
        Exit::Finding
    } else {
        Exit::Fine
    })
}
