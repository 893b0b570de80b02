//! `audit trail`: what was recorded, searched, counted, verified, proved and exported.
//!
//! `file` opens a trail, `access` says in it who reads it, `question` reads a query's text, `tenant` whose records alone
//! are read; `cell`, `row`, `table`, `sheet` and
//! `answer` are how records are shown; `bar` says how long work takes. Then a room for each subcommand.

mod access;
mod answer;
mod bar;
mod cell;
mod checkpoint;
mod export;
mod failure;
mod file;
mod key;
mod prove;
mod prune;
mod query;
mod question;
mod row;
mod sheet;
mod stats;
mod table;
mod tail;
mod tenant;
mod verify;

use clap::Subcommand;

use crate::console::Console;
use crate::exit::{Exit, Stop, TRAIL_EXIT_CODES};

/// What can be asked of a trail.
#[derive(Debug, Subcommand)]
pub(crate) enum TrailCommand {
    /// Prints the records that answer a query, the newest first
    #[command(after_help = TRAIL_EXIT_CODES)]
    Query(query::QueryArgs),
    /// Prints the last records that answer a query, and with `-f` those that come
    #[command(after_help = TRAIL_EXIT_CODES)]
    Tail(tail::TailArgs),
    /// Counts records by what they have in common, over time; without `--by` an overview of the trail
    #[command(after_help = TRAIL_EXIT_CODES)]
    Stats(stats::StatsArgs),
    /// Checks that a trail is what was written, or a record by its proof
    #[command(after_help = TRAIL_EXIT_CODES, override_usage = "\
        audit trail verify [OPTIONS] <FILE>\n       \
        audit trail verify --proof <FILE> --record <FILE> --key <VERIFIER|@FILE>")]
    Verify(verify::VerifyArgs),
    /// Writes a file that proves that a record is in the trail, without the trail
    #[command(after_help = TRAIL_EXIT_CODES)]
    Prove(prove::ProveArgs),
    /// Prints the latest signed checkpoint, signs one, or prints the key that checks them
    #[command(after_help = TRAIL_EXIT_CODES)]
    Checkpoint(checkpoint::CheckpointArgs),
    /// Writes the trail as static files that others' tools can check, or its records as JSON lines or CSV
    #[command(after_help = TRAIL_EXIT_CODES, override_usage = "\
        audit trail export [OPTIONS] <FILE> <DIR>\n       \
        audit trail export [OPTIONS] --format <jsonl|csv> <FILE> [TEXT]...")]
    Export(export::ExportArgs),
    /// Takes out records that are older, or more, than a policy says; what remains still proves
    #[command(after_help = TRAIL_EXIT_CODES)]
    Prune(prune::PruneArgs),
}

/// Carries out what is asked of a trail.
pub(crate) fn run(command: &TrailCommand, console: &mut Console<'_>) -> Result<Exit, Stop> {
    match command {
        TrailCommand::Query(args) => query::query(args, console),
        TrailCommand::Tail(args) => tail::tail(args, console),
        TrailCommand::Stats(args) => stats::stats(args, console),
        TrailCommand::Verify(args) => verify::verify(args, console),
        TrailCommand::Prove(args) => prove::prove(args, console),
        TrailCommand::Checkpoint(args) => checkpoint::checkpoint(args, console),
        TrailCommand::Export(args) => export::export(args, console),
        TrailCommand::Prune(args) => prune::prune(args, console),
    }
}
