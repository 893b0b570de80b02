//! `audit policy eval --cases`: one line of answer to each row of a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use audit_core::{Effect, Evaluator, Policy, PolicyError};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::report::counted;
use crate::request::{Input, InputError};

/// One question: a policy set, and where there is one, an input to it.
struct Case {
    id: Json,
    schema: String,
    policy: String,
    governance: Option<String>,
    input: Option<Json>,
}

/// One line of answer.
#[derive(Serialize)]
struct Answered {
    id: Json,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Decision {
        effect: Effect,
        matched_rule: Option<String>,
    },
    Compiled {
        compiled: bool,
    },
    Refusal {
        error: Refusal,
    },
}

/// Which step refused, and why, in the words of the Actra engine 0.7.8.
#[derive(Serialize)]
struct Refusal {
    stage: &'static str,
    kind: &'static str,
}

/// Answers each row as it comes, so that a file may be longer than the memory.
pub(crate) fn answer(path: &Path, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let name = if is_stdin(path) {
        "(stdin)".to_owned()
    } else {
        path.display().to_string()
    };
    let unreadable = |error| Stop::unreadable(&name, &error);
    let mut rows = open(path).map_err(unreadable)?;
    let (mut row, mut unanswered) = (Vec::new(), 0);
    for number in 1_u64.. {
        row.clear();
        if rows.read_until(b'\n', &mut row).map_err(unreadable)? == 0 {
            break;
        }
        if row.trim_ascii().is_empty() {
            continue;
        }
        match Case::read(&row).and_then(Case::answer) {
            Ok(answered) => console.out.json(&answered)?,
            Err(reason) => {
                unanswered += 1;
                console
                    .err
                    .line(format_args!("{name}:{number}: {reason}"))?;
            }
        }
    }
    match unanswered {
        0 => Ok(Exit::Fine),
        _ => Err(Stop::CouldNotRun(format!(
            "{} not answered",
            counted(unanswered, "row")
        ))),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if is_stdin(path) {
        Ok(Box::new(io::stdin().lock()))
    } else {
        Ok(Box::new(BufReader::new(File::open(path)?)))
    }
}

impl Case {
    /// Reads one row; of a key that stands twice the last counts.
    fn read(row: &[u8]) -> Result<Self, String> {
        let row = serde_json::from_slice(row.trim_ascii_end()).map_err(|error| not_json(&error))?;
        let Json::Object(mut row) = row else {
            return Err("the row is not a JSON object".to_owned());
        };
        Ok(Self {
            id: row.remove("id").ok_or("the row has no `id`")?,
            schema: required(&mut row, "schema_yaml")?,
            policy: required(&mut row, "policy_yaml")?,
            governance: text(&mut row, "governance_yaml")?,
            input: row.remove("input").filter(|input| !input.is_null()),
        })
    }

    /// Asks version 1. The input is looked at only where the policy compiles.
    fn answer(self) -> Result<Answered, String> {
        let answer =
            match Policy::from_strings(&self.schema, &self.policy, self.governance.as_deref()) {
                Err(error) => Answer::of_policy_error(&error)?,
                Ok(policy) => match self.input.map(Input::from_json) {
                    None => Answer::Compiled { compiled: true },
                    Some(Err(error)) => Answer::of_input_error(&error),
                    Some(Ok(input)) => Answer::of_policy(&policy, &input)?,
                },
            };
        Ok(Answered {
            id: self.id,
            answer,
        })
    }
}

/// Says the column alone: a row is always on its first line.
fn not_json(error: &serde_json::Error) -> String {
    let column = error.column();
    let message = error.to_string();
    let end = format!(" at line {} column {column}", error.line());
    let message = message.strip_suffix(&end).unwrap_or(&message);
    format!("the row is not JSON, column {column}: {message}")
}

/// A text that must be there.
fn required(row: &mut Map<String, Json>, key: &str) -> Result<String, String> {
    text(row, key)?.ok_or_else(|| format!("the row has no `{key}`"))
}

/// A text that may be missing or null.
fn text(row: &mut Map<String, Json>, key: &str) -> Result<Option<String>, String> {
    match row.remove(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{key}` is not a string")),
    }
}

impl Answer {
    fn of_policy_error(error: &PolicyError) -> Result<Self, String> {
        let first = error
            .first()
            .ok_or("the policy was refused without a reason")?;
        Ok(Self::Refusal {
            error: Refusal {
                stage: first.stage.as_str(),
                kind: first.kind.as_str(),
            },
        })
    }

    fn of_input_error(error: &InputError) -> Self {
        Self::Refusal {
            error: Refusal {
                stage: "input",
                kind: error.kind(),
            },
        }
    }

    fn of_policy(policy: &Policy, input: &Input) -> Result<Self, String> {
        let verdict = policy
            .evaluate(&input.request())
            .map_err(|error| error.to_string())?;
        let matched_rule = verdict.matched_rule.map(|rule| rule.to_string());
        Ok(Self::Decision {
            effect: verdict.effect,
            matched_rule,
        })
    }
}
