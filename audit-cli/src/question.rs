//! [`QuestionArgs`]: one policy, and one request to it.

use std::{fs, io};

use audit_core::{
    Clock as _, InvalidTenant, Policy, SystemClock, TenantId, Timestamp, UndeclaredKind, Value,
};
use clap::{Args, ValueEnum};
use serde_json::Value as Json;

use crate::console::Stream;
use crate::exit::Stop;
use crate::request::Input;
use crate::source::SourceArgs;
use crate::undeclared::{unfit_value, unknown_action, unknown_field};

/// One policy, and one request to it.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// What is to be done, such as `{"type": "refund", "amount": 5000}`; @FILE reads it from a file
    // Optional in its type alone: a file of cases excludes it, and clap asks for it everywhere else.
    #[arg(long, value_name = "JSON|@FILE", required = true)]
    action: Option<String>,
    /// Who acts, such as `{"id": "alice", "role": "support"}`; without it nothing is known of them
    #[arg(long, value_name = "JSON|@FILE")]
    actor: Option<String>,
    /// The state of the system that rules may read, such as `{"fraud_flag": true}`
    #[arg(long, value_name = "JSON|@FILE")]
    snapshot: Option<String>,
    /// The object of the action, which rules read as `request.resource`
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
    /// For which tenant, which rules read as `request.tenant`
    #[arg(long, value_name = "NAME", value_parser = tenant)]
    tenant: Option<TenantId>,
    /// When it is asked, in RFC 3339, which rules read as `request.time`; without it now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    #[default]
    Text,
    /// One line of JSON
    Json,
}

impl QuestionArgs {
    /// The request.
    pub(crate) fn input(&self) -> Result<Input, Stop> {
        let read = |name, written: &Option<String>| {
            written
                .as_deref()
                .map(|written| domain(name, written))
                .transpose()
        };
        let action = read("action", &self.action)?;
        let (actor, snapshot) = (
            read("actor", &self.actor)?,
            read("snapshot", &self.snapshot)?,
        );
        let input = Input::from_domains(action, actor, snapshot);
        let mut input = input.map_err(|error| Stop::Usage(error.to_string()))?;
        if let Some(resource) = &self.resource {
            input.action = input.action.on(resource.clone());
        }
        Ok(input)
    }

    /// For which tenant it is asked.
    pub(crate) fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// When it is asked.
    pub(crate) fn time(&self) -> Timestamp {
        or_now(self.at)
    }
}

/// The time that was named, or else what the clock says.
pub(crate) fn or_now(at: Option<Timestamp>) -> Timestamp {
    at.unwrap_or_else(|| SystemClock.wall_at(SystemClock.monotonic_nanos()))
}

/// A tenant, which has a name.
fn tenant(name: &str) -> Result<TenantId, InvalidTenant> {
    TenantId::new(name.to_owned())
}

/// Tells beside the answer what the schema does not declare: most likely a misspelling, as no rule can read it. A value is not
/// shown, as the schema may keep it out of records.
pub(crate) fn note_undeclared(
    policy: &Policy,
    input: &Input,
    to: &mut Stream<'_>,
) -> io::Result<()> {
    let mut undeclared = policy.undeclared(&input.request());
    // JSON has no order of its own.
    undeclared.sort_by(|one, other| one.path.cmp(&other.path));
    for found in undeclared {
        let (message, help) = match &found.kind {
            UndeclaredKind::Action(known) => {
                unknown_action(input.action.kind().unwrap_or_default(), known)
            }
            UndeclaredKind::Field(known) => unknown_field(&found.path, known),
            UndeclaredKind::Unfit(expected) => {
                let kind = input.value(&found.path).map_or("unknown", Value::kind);
                let message =
                    unfit_value(&found.path, &format!("a value of kind `{kind}`"), expected);
                let number = expected.starts_with("decimal") && kind == "number";
                (
                    message,
                    number.then(|| "write a fraction in quotes".to_owned()),
                )
            }
            _ => continue,
        };
        to.line(format_args!("note: {message}"))?;
        if let Some(help) = help {
            to.line(format_args!("help: {help}"))?;
        }
    }
    Ok(())
}

/// Reads one domain, written out or in a file.
fn domain(name: &str, written: &str) -> Result<Json, Stop> {
    let (text, place) = match written.strip_prefix('@') {
        None => (written.to_owned(), format!("`--{name}`")),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| Stop::unreadable(path, &error))?;
            (text, format!("`{path}`"))
        }
    };
    serde_json::from_str(&text)
        .map_err(|error| Stop::Usage(format!("{place} is not JSON: {error}")))
}
