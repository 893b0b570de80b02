//! Values written in rules, each as the type of the field it is held against.

pub(super) mod number;
pub(super) mod time;

use super::shape;
use super::subject::Subject;
use crate::policy::model::{Literal, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::mismatch;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::{Kind, Node, Scalar};

/// Reads a literal of a type. Where the type is not known, only whether it is a single value.
pub(super) fn read(
    node: &Node,
    kind: Option<ScalarType>,
    subject: &Subject<'_>,
    log: &mut Log,
) -> Option<Literal> {
    if node.text().is_none() {
        return mismatch(node, "a single value", log);
    }
    let Some(kind) = kind else {
        // The schema has a mistake, so no set is made of this.
        return Some(Literal::Null);
    };
    let misfit = |log: &mut Log| report(node, kind, subject, log);
    match kind {
        ScalarType::String => match shape::text_of(node) {
            Some(text) => Some(Literal::Text(text.clone())),
            None => misfit(log),
        },
        ScalarType::Boolean => match node.scalar() {
            Some(Scalar::Boolean(value)) => Some(Literal::Boolean(value)),
            _ => misfit(log),
        },
        ScalarType::Integer => number::integer(node, log)?.or_else(|| misfit(log)),
        ScalarType::Decimal => number::decimal(node, log)?.or_else(|| misfit(log)),
        ScalarType::Number => number::float(node, log)?.or_else(|| misfit(log)),
        ScalarType::Timestamp => match shape::text_of(node) {
            Some(_) => time::read(node, "`value`", log).map(Literal::Timestamp),
            None => misfit(log),
        },
    }
}

/// What a literal of this type looks like.
const fn expected(kind: ScalarType) -> &'static str {
    match kind {
        ScalarType::String => "a text",
        ScalarType::Boolean => "`true` or `false`",
        ScalarType::Integer => "a whole number",
        ScalarType::Decimal => "a number, or a text with a number",
        ScalarType::Number => "a number",
        ScalarType::Timestamp => "a time such as `\"2026-11-23T08:00:00Z\"`",
    }
}

fn report(node: &Node, kind: ScalarType, subject: &Subject<'_>, log: &mut Log) -> Option<Literal> {
    if matches!(node.kind, Kind::Cut) {
        return None;
    }
    let message = format!(
        "{} takes {}, found {}",
        quoted(&subject.field.path()),
        expected(kind),
        found(node)
    );
    let hint = match kind {
        ScalarType::String => shape::quotes_hint(node),
        _ => unquoted(node, kind).then(|| "remove the quotes around the literal".to_owned()),
    };
    log.report(ProblemKind::TypeMismatch, node.place, message, hint);
    None
}

/// Whether the text would be a literal of the type without its quotes.
fn unquoted(node: &Node, kind: ScalarType) -> bool {
    let resolved = shape::text_of(node).and_then(|text| Scalar::resolve(text, true, None));
    match resolved {
        Some(Scalar::Boolean(_)) => kind == ScalarType::Boolean,
        Some(Scalar::Unsigned(_) | Scalar::Negative(_)) => {
            matches!(kind, ScalarType::Integer | ScalarType::Number)
        }
        Some(Scalar::Float(_)) => kind == ScalarType::Number,
        _ => false,
    }
}
