//! Conditions of version 1 as language 2 writes them.
//!
//! Almost all stay as they are. Version 1 also takes comparisons that are never true; language 2 has no use for them,
//! and they are left out.

use super::note::ConvertNoteKind;
use crate::policy::model::{Atom, Condition, FieldRef, Literal, Operand, Operator, ScalarType};
use crate::policy::reading::wording::quoted;
use crate::policy::yaml;

/// The conditions of one rule.
pub(super) struct Rewrite<'r> {
    /// The rule, in backticks.
    pub(super) rule: &'r str,
    /// What the rule's action declares of a field `type`.
    pub(super) declared_type: Option<ScalarType>,
    /// Where notes go.
    pub(super) note: &'r mut dyn FnMut(ConvertNoteKind, String),
}

/// Why something is never true.
type Never = String;

impl Rewrite<'_> {
    /// What a condition is in language 2.
    pub(super) fn condition(&mut self, condition: &Condition) -> Result<Condition, Never> {
        match condition {
            Condition::All(parts) => {
                let parts = parts.iter().map(|part| self.condition(part));
                parts.collect::<Result<_, _>>().map(all)
            }
            Condition::Any(parts) => self.any(parts),
            Condition::Not(part) => Ok(Condition::Not(Box::new(self.condition(part)?))),
            Condition::Compare(atom) => self.comparison(atom),
        }
    }

    fn any(&mut self, parts: &[Condition]) -> Result<Condition, Never> {
        let mut kept = Vec::with_capacity(parts.len());
        let mut left_out = Vec::new();
        for part in parts {
            match self.condition(part) {
                // A comparison that became several.
                Ok(Condition::Any(several)) => kept.extend(several),
                Ok(part) => kept.push(part),
                Err(never) => left_out.push(never),
            }
        }
        if kept.is_empty() {
            return Err("none of its comparisons is ever true".to_owned());
        }
        for never in left_out {
            let message = format!(
                "a comparison of the rule {} is left out: {never}",
                self.rule
            );
            (self.note)(ConvertNoteKind::ComparisonLeftOut, message);
        }
        Ok(single(kept).unwrap_or_else(Condition::Any))
    }

    fn comparison(&mut self, atom: &Atom) -> Result<Condition, Never> {
        match &atom.operand {
            Operand::Literal(Literal::Number(number)) if number.is_nan() => self.with_nan(atom),
            Operand::Field(other) => {
                let types = [&atom.subject, other].map(FieldRef::is_action_type);
                match types {
                    [true, true] if self.is_type_mistaken() => not_ordered(atom),
                    [true, false] | [false, true] if self.is_type_mistaken() => Err(never(atom)),
                    [false, false] if compares_any_type(atom) => {
                        self.note_fields(atom);
                        Ok(unchanged(atom))
                    }
                    _ => Ok(unchanged(atom)),
                }
            }
            _ if atom.subject.is_action_type() && self.is_type_mistaken() => Err(never(atom)),
            _ => Ok(unchanged(atom)),
        }
    }

    /// Whether the schema takes the action's type for something else than the text it is.
    fn is_type_mistaken(&self) -> bool {
        self.declared_type
            .is_some_and(|declared| declared != ScalarType::String)
    }

    /// Nothing equals NaN, nor is above or below it; every number differs from it.
    fn with_nan(&mut self, atom: &Atom) -> Result<Condition, Never> {
        if atom.operator != Operator::NotEquals {
            return Err(never(atom));
        }
        let with_zero = |operator| {
            Condition::Compare(Atom {
                subject: atom.subject.clone(),
                operator,
                operand: Operand::Literal(Literal::Number(0.0)),
            })
        };
        let message = format!(
            "{} in the rule {} is now `any` of `equals 0` and `not_equals 0`: each is true of every number",
            shown(atom),
            self.rule
        );
        (self.note)(ConvertNoteKind::ComparisonRewritten, message);
        Ok(Condition::Any(vec![
            with_zero(Operator::Equals),
            with_zero(Operator::NotEquals),
        ]))
    }

    fn note_fields(&mut self, atom: &Atom) {
        let message = format!(
            "{} in the rule {} compares two fields: where both hold another type than declared, version 1 compares them all \
             the same, while in language 2 it is false",
            shown(atom),
            self.rule
        );
        (self.note)(ConvertNoteKind::FieldsCompared, message);
    }
}

/// Whether it can be true where neither side holds what is declared: only numbers have an order.
fn compares_any_type(atom: &Atom) -> bool {
    matches!(atom.operator, Operator::Equals | Operator::NotEquals)
}

/// The action's type compared with itself: a text has no order.
fn not_ordered(atom: &Atom) -> Result<Condition, Never> {
    match atom.operator {
        Operator::Equals | Operator::NotEquals => Ok(unchanged(atom)),
        _ => Err(never(atom)),
    }
}

fn unchanged(atom: &Atom) -> Condition {
    Condition::Compare(atom.clone())
}

fn never(atom: &Atom) -> Never {
    format!("{} is never true", shown(atom))
}

/// A comparison as a message shows it.
fn shown(atom: &Atom) -> String {
    let right = match &atom.operand {
        Operand::Literal(Literal::Text(text)) => yaml::written_text(text),
        Operand::Literal(Literal::Number(number)) => yaml::written_number(*number),
        Operand::Literal(Literal::Boolean(flag)) => flag.to_string(),
        Operand::Field(field) => field.path(),
        _ => String::new(),
    };
    let (left, operator) = (atom.subject.path(), atom.operator.as_str());
    quoted(&format!("{left} {operator} {right}"))
}

/// `all` of one is that one.
fn all(parts: Vec<Condition>) -> Condition {
    single(parts).unwrap_or_else(Condition::All)
}

/// The one part of a list, or the list.
fn single(mut parts: Vec<Condition>) -> Result<Condition, Vec<Condition>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}
