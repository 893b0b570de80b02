//! [`Cli`]: the words of the command line.

use clap::{Parser, Subcommand};

use crate::check::CheckArgs;
use crate::convert::ConvertArgs;
use crate::eval::EvalArgs;
use crate::exit::{EXIT_CODES, TRAIL_EXIT_CODES};
use crate::explain::ExplainArgs;
use crate::schema::SchemaArgs;
use crate::test::TestArgs;
use crate::trail::TrailCommand;

/// Checks, evaluates, explains, converts and tests policies; reads and verifies trails
#[derive(Debug, Parser)]
#[command(
    name = "audit",
    version,
    after_help = "Exit codes: 0 fine, 1 finding, 2 usage, 3 could not run; `audit policy --help` and `audit trail --help` say more."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What policy files hold, what they answer, and why
    #[command(after_help = EXIT_CODES)]
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// What was recorded: searched, counted, verified, proved and exported
    ///
    /// Who reads a trail is recorded in it, as a record of kind `access` with the name of the operating system's user, unless
    /// `--no-access-record` is given. A service may have the trail open meanwhile.
    #[command(after_help = TRAIL_EXIT_CODES)]
    Trail {
        #[command(subcommand)]
        command: TrailCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Prints every problem of a policy with its line underlined, or as JSON or SARIF
    #[command(after_help = EXIT_CODES, override_usage = "\
        audit policy check [OPTIONS] <DIR>\n       \
        audit policy check [OPTIONS] --schema <FILE> --policy <FILE> [--governance <FILE>]")]
    Check(CheckArgs),
    /// Prints what a policy says to one request, or to each row of a file of cases
    #[command(after_help = EXIT_CODES, override_usage = "\
        audit policy eval [OPTIONS] --action <JSON|@FILE> <DIR>\n       \
        audit policy eval [OPTIONS] --action <JSON|@FILE> --schema <FILE> --policy <FILE>\n       \
        audit policy eval --cases <FILE>")]
    Eval(EvalArgs),
    /// Prints why a policy says it: every rule asked, with the values it compared
    #[command(after_help = EXIT_CODES, override_usage = "\
        audit policy explain [OPTIONS] --action <JSON|@FILE> <DIR>\n       \
        audit policy explain [OPTIONS] --action <JSON|@FILE> --schema <FILE> --policy <FILE>")]
    Explain(ExplainArgs),
    /// Runs suites of cases against policies, and tells where they answer something else
    #[command(after_help = EXIT_CODES)]
    Test(TestArgs),
    /// Writes a policy of version 1 in language 2, with the same answers
    #[command(after_help = EXIT_CODES, override_usage = "\
        audit policy convert [OPTIONS] --out <OUT> <DIR>\n       \
        audit policy convert [OPTIONS] --stdout <DIR>\n       \
        audit policy convert [OPTIONS] --out <OUT> --schema <FILE> --policy <FILE> [--governance <FILE>]")]
    Convert(ConvertArgs),
    /// Prints the JSON Schema of a policy file in language 2, or of a suite, by which editors complete and check it
    #[command(after_help = EXIT_CODES)]
    Schema(SchemaArgs),
}
