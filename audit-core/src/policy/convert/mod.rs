//! From version 1 to language 2: two new files that answer as the old ones do.
//!
//! `rule` takes rules over, `rewrite` their conditions, `write` makes the texts line by line on a `page`, `note` says what
//! a person should look at. It starts from the checked set, so what version 1 ignores or overrides is resolved already;
//! comments are lost.
//!
//! Where version 1 and language 2 can't agree: version 1 lets several rules have one identifier (all but the first get
//! another one), and compares two fields whatever both hold (language 2 only what is of the declared type).

mod error;
mod note;
mod page;
mod rewrite;
mod rule;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use super::language;
use super::load::{Documents, POLICY_FILE, SCHEMA_FILE};
use super::model::{FieldRef, Language, PolicySet, Schema};
use super::problem::{PolicyError, Problem, ProblemKind};
use super::reading::wording::quoted;
use super::reading::{Source, Sources};

pub use error::ConvertError;
pub use note::{ConvertNote, ConvertNoteKind};

/// Turns policy sets of version 1 into language 2, with the same answers.
///
/// ```
/// use audit_core::{Conversion, Documents};
///
/// let documents = Documents::from_strings(
///     "{version: 1, actions: {refund: {fields: {amount: number}}}, actor: {fields: {}}, snapshot: {fields: {}}}",
///     "version: 1
/// rules:
///   - id: block_large
///     scope: {action: refund}
///     when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
///     effect: block
/// ",
///     None,
/// );
/// let converted = Conversion::new().convert(&documents)?;
/// assert!(converted.policy.contains("when: {subject: action.amount, operator: greater_than, value: 1000}"));
/// assert!(converted.notes.is_empty());
/// # Ok::<(), audit_core::ConvertError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Conversion {
    without_governance: bool,
}

/// A policy set in language 2.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Converted {
    /// The text of `schema.yaml`.
    pub schema: String,
    /// The text of `policy.yaml`.
    pub policy: String,
    /// What a person should look at, in the order of the files of version 1.
    pub notes: Vec<ConvertNote>,
}

impl Conversion {
    /// A conversion that refuses what it can't take over.
    pub const fn new() -> Self {
        Self {
            without_governance: false,
        }
    }

    /// This, but leaving a governance file out where there is one. The rules must still meet its demands.
    #[must_use]
    pub const fn without_governance(mut self) -> Self {
        self.without_governance = true;
        self
    }

    /// Converts a set.
    ///
    /// # Errors
    /// Version 1 refuses the set, or it holds something that language 2 has no word for.
    pub fn convert(self, documents: &Documents) -> Result<Converted, ConvertError> {
        let sources = documents.sources();
        let reading = language::read(&sources);
        let Some(set) = reading.set else {
            return Err(ConvertError::Refused(PolicyError::all(reading.problems)));
        };
        if set.language == Language::Audit2 {
            return Err(ConvertError::Language2);
        }
        let mut notes = keys_left_out(&reading.problems);
        if let Some(governance) = sources.governance {
            if !self.without_governance {
                return Err(ConvertError::Governance);
            }
            let message =
                "the governance file is left out: what it demands is no longer checked".to_owned();
            let kind = ConvertNoteKind::GovernanceLeftOut;
            notes.push(ConvertNote::new(kind, governance.name, message));
        }
        let set = PolicySet {
            language: Language::Audit2,
            schema: schema(&set.schema, sources.schema.name, &mut notes)?,
            rules: rule::convert(&set, sources.policy.name, &mut notes),
            governance: None,
            ..set
        };
        let files = [
            Some(sources.schema.name),
            Some(sources.policy.name),
            sources.governance.map(|file| file.name),
        ];
        notes.sort_by_key(|note| {
            let file = files.iter().position(|file| *file == Some(&*note.file));
            (file, note.line)
        });
        let converted = Converted {
            schema: write::schema(&set.schema),
            policy: write::policy(&set),
            notes,
        };
        let reading = language::read(&converted.sources());
        if reading.set.is_none() {
            let refused = PolicyError::all(reading.problems);
            return Err(ConvertError::Unreadable(refused));
        }
        Ok(converted)
    }
}

impl Converted {
    fn sources(&self) -> Sources<'_> {
        let source = |name, text| Source { name, text };
        Sources {
            schema: source(SCHEMA_FILE, &self.schema),
            policy: source(POLICY_FILE, &self.policy),
            governance: None,
        }
    }
}

/// What version 1 ignores is not in the checked set.
fn keys_left_out(problems: &[Problem]) -> Vec<ConvertNote> {
    let ignored = problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::IgnoredKey);
    let note = |problem: &Problem| {
        let message = format!("left out: {}", problem.message);
        ConvertNote {
            line: problem.place.map(|place| place.line),
            rule: problem.rule.clone(),
            ..ConvertNote::new(ConvertNoteKind::KeyLeftOut, &problem.file, message)
        }
    };
    ignored.map(note).collect()
}

/// The schema without fields called `type`: rules can't read them, and language 2 does not take them.
fn schema(
    schema: &Schema,
    file: &str,
    notes: &mut Vec<ConvertNote>,
) -> Result<Schema, ConvertError> {
    let mut schema = schema.clone();
    for (action, fields) in &mut schema.actions {
        let declared = fields.len();
        fields.retain(|(name, _)| **name != *FieldRef::ACTION_TYPE);
        if fields.len() == declared {
            continue;
        }
        if schema
            .classification
            .action(Some(action))
            .contains_key(FieldRef::ACTION_TYPE)
        {
            let action = Arc::clone(action);
            return Err(ConvertError::SensitiveType { action });
        }
        let message = format!(
            "the field `type` of the action {} is left out: in rules `action.type` is the action's type, and language 2 \
             takes no field of that name",
            quoted(action)
        );
        notes.push(ConvertNote::new(
            ConvertNoteKind::FieldLeftOut,
            file,
            message,
        ));
    }
    Ok(schema)
}
