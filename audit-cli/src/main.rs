//! The `audit` command: checks, evaluates, explains, converts and tests policies; reads and verifies trails.
//!
//! ```text
//! audit policy check DIR                 every problem, with its line underlined
//! audit policy eval DIR --action JSON    what policy says to one request
//! audit policy eval --cases FILE         what policy says to each row of a file of cases
//! audit policy explain DIR --action JSON why policy says it
//! audit policy convert DIR --out OUT     version 1 as language 2
//! audit policy schema [FILE]             what editors check a file by
//! audit policy test SUITE...             whether policy answers what suites of cases expect
//!
//! audit trail query FILE TEXT            records that answer a query
//! audit trail tail FILE TEXT             the last of them, and those that come
//! audit trail stats FILE TEXT            how many there are of what
//! audit trail verify FILE                whether the trail is what was written
//! audit trail prove FILE SEQ             a file that proves one record without the trail
//! audit trail checkpoint FILE            what is signed, and by which key
//! audit trail export FILE DIR            the trail as static files, or its records as a table
//! audit trail prune FILE --policy RULE   what may go, goes
//! ```
//!
//! The rooms, from the lowest floor up: `console` (where the command speaks), `excerpt` (one line of a file), `exit` (how a run
//! ends), `drawing` (a problem with its line underlined), `mistake` (what is wrong with a file), `report` (what a check
//! found: as text, JSON or SARIF), `destination` (files are written), `undeclared` (what no schema declares, in words),
//! `source` (from files to a policy), `request` (from JSON to a request), `question` (both of them, as arguments), `suite`
//! (cases, and what becomes of them), then a room for each verb about policies, one for all about trails, `args` and this one.
//!
//! # Exit codes
//!
//! | code | meaning |
//! |---|---|
//! | 0 | fine: the policy is sound, the question was answered, every case passed, the files were written |
//! | 1 | finding: `check` found an error, or a warning under `--deny-warnings`; in `test` a case failed, or coverage is below the threshold; `verify` found damage |
//! | 2 | usage: an argument is unknown, missing or not of its form |
//! | 3 | could not run: a file can't be read or written, a policy does not compile, a suite is broken, no case is selected, a row was not answered, who reads a trail can't be recorded, the output is gone |
//!
//! What a policy says is an answer and never an exit code: `block` ends with 0.

mod args;
mod cases;
mod check;
mod console;
mod convert;
mod destination;
mod drawing;
mod eval;
mod excerpt;
mod exit;
mod explain;
mod mistake;
mod question;
mod report;
mod request;
mod schema;
mod source;
mod suite;
mod test;
mod trail;
mod undeclared;

use std::env;
use std::io;
use std::process::ExitCode;

use args::{Cli, Command, PolicyCommand};
use console::{Console, Stream};
use exit::{Exit, Stop};

fn main() -> ExitCode {
    let cli = Cli::read(env::args_os());
    // The lock of the error stream is left to whoever writes: a progress bar is drawn by other threads.
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let mut console = Console {
        out: Stream::to_terminal(&mut out),
        err: Stream::to_terminal(&mut err),
    };
    let exit = run(&cli, &mut console).unwrap_or_else(|stop| stop.tell(&mut console.err));
    exit.into()
}

fn run(cli: &Cli, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let command = match &cli.command {
        Command::Policy { command } => command,
        Command::Trail { command } => return trail::run(command, console),
    };
    match command {
        PolicyCommand::Check(args) => check::check(args, console),
        PolicyCommand::Eval(args) => eval::eval(args, console),
        PolicyCommand::Explain(args) => explain::explain(args, console),
        PolicyCommand::Convert(args) => convert::convert(args, console),
        PolicyCommand::Schema(args) => schema::schema(args, console),
        PolicyCommand::Test(args) => test::test(args, console),
    }
}
