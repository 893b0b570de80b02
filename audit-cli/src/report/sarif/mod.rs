//! A report for a code scanner: SARIF 2.1.0 (OASIS, with errata 01), and of what it leaves open that which GitHub's
//! code scanning asks for.
//!
//! `rule` is the table of everything that can be wrong, `finding` one problem, `location` where it stands,
//! `fingerprint` what it is known by from run to run, `message` a text.

mod finding;
mod fingerprint;
mod location;
mod message;
mod rule;

use std::io;

use serde::Serialize;

use self::finding::{Finding, findings};
use self::rule::{Rule, rules};
use super::Report;
use crate::console::Stream;

const VERSION: &str = "2.1.0";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole document (§3.13), the version in front as the standard wishes.
#[derive(Serialize)]
struct Log {
    version: &'static str,
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run; 1],
}

/// One check (§3.14).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Finding>,
}

/// The command (§3.18).
#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

/// The command again, as it has no parts of its own (§3.19).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

/// How the run went (§3.20).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    /// Whether there was something to check: findings are no failure, a file that can't be read is.
    execution_successful: bool,
}

/// Writes a report as one line of SARIF.
pub(super) fn write(report: &Report<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    to.json(&Log {
        version: VERSION,
        schema: SCHEMA,
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "audit",
                    version,
                    semantic_version: version,
                    rules: rules(),
                },
            },
            invocations: [Invocation {
                execution_successful: !report.unreadable(),
            }],
            // As the policy reader counts: neither bytes nor what UTF-16 would need.
            column_kind: "unicodeCodePoints",
            results: findings(report),
        }],
    })
}
