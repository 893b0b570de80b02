//! [`Cli`]: the words of the command line.

use std::ffi::OsString;

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

impl Cli {
    /// Reads the words of the command line, or ends the process with what is wrong with them.
    pub(crate) fn read(words: impl IntoIterator<Item = OsString>) -> Self {
        Self::parse_from(terms_last(words.into_iter().collect()))
    }
}

/// The same words with terms of a query that exclude something (`-effect:allow`) behind all others and `--`: they begin like
/// options, and no option looks like them.
fn terms_last(words: Vec<OsString>) -> Vec<OsString> {
    if words.get(1).is_none_or(|word| word != "trail") {
        return words;
    }
    let mut before = words;
    let at = before.iter().position(|word| word == "--");
    let behind = at.map_or_else(Vec::new, |at| before.split_off(at));
    let (terms, mut words): (Vec<_>, Vec<_>) = before.into_iter().partition(is_excluding_term);
    if terms.is_empty() {
        words.extend(behind);
        return words;
    }
    words.push("--".into());
    words.extend(terms);
    words.extend(behind.into_iter().skip(1));
    words
}

/// Whether a word is a key behind one hyphen, and a comparison.
fn is_excluding_term(word: &OsString) -> bool {
    let Some(term) = word.to_str().and_then(|word| word.strip_prefix('-')) else {
        return false;
    };
    let key = term.find([':', '<', '>']).and_then(|end| term.get(..end));
    key.is_some_and(|key| key.starts_with(|c: char| c.is_ascii_alphabetic()) && !key.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        let words: Vec<String> = terms_last(words)
            .into_iter()
            .filter_map(|word| word.into_string().ok())
            .collect();
        words.join(" ")
    }

    #[test]
    fn terms_that_exclude_are_no_options_wherever_they_stand() {
        for (line, expected) in [
            (
                "audit trail query f -effect:allow --limit 5",
                "audit trail query f --limit 5 -- -effect:allow",
            ),
            (
                "audit trail tail f -field.a>5 -f -- -x",
                "audit trail tail f -f -- -field.a>5 -x",
            ),
            ("audit trail tail f -n 5 a:b", "audit trail tail f -n 5 a:b"),
            (
                "audit trail verify f --key=a:b",
                "audit trail verify f --key=a:b",
            ),
            ("audit trail query f -- -a:b", "audit trail query f -- -a:b"),
            ("audit policy eval d -a:b", "audit policy eval d -a:b"),
        ] {
            assert_eq!(read(line), expected);
        }
    }
}
