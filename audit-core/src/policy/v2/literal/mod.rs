//! Values written in rules, each as the type of the field it is held against.

pub(super) mod number;
pub(super) mod time;

use number::Unread;

use super::shape;
use super::subject::{DOMAINS, Subject};
use crate::policy::model::{Literal, ScalarType};
use crate::policy::problem::ProblemKind;
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
        let hint = match &node.kind {
            Kind::Sequence(_) => Some("a list stands beside `in` and `not_in` alone".to_owned()),
            Kind::Mapping(entries) if !entries.is_empty() => {
                Some("another field is written `{subject: <domain>.<field>}`".to_owned())
            }
            _ => None,
        };
        return shape::mismatch(node, "a single value, or `{subject: ..}`", hint, log);
    }
    let Some(kind) = kind else {
        // The schema has a mistake, so no set is made of this.
        return None;
    };
    let read = match kind {
        ScalarType::String => text(node),
        ScalarType::Boolean => boolean(node),
        ScalarType::Integer => number::integer(node, log),
        ScalarType::Decimal => number::decimal(node, log),
        ScalarType::Number => number::float(node, log),
        ScalarType::Timestamp if shape::text_of(node).is_some() => {
            let time = time::read(node, "`value`", log).map(Literal::Timestamp);
            time.ok_or(Unread::Reported)
        }
        ScalarType::Timestamp => Err(Unread::OtherKind),
    };
    match read {
        Ok(literal) => Some(literal),
        Err(Unread::OtherKind) => report(node, kind, subject, log),
        Err(Unread::Reported) => None,
    }
}

fn text(node: &Node) -> Result<Literal, Unread> {
    let text = shape::text_of(node).cloned();
    text.map(Literal::Text).ok_or(Unread::OtherKind)
}

fn boolean(node: &Node) -> Result<Literal, Unread> {
    match node.scalar() {
        Some(Scalar::Boolean(value)) => Ok(Literal::Boolean(value)),
        _ => Err(Unread::OtherKind),
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
    if node.scalar().is_none() {
        return shape::mismatch(node, expected(kind), None, log);
    }
    let message = format!(
        "{} takes {}, found {}",
        quoted(&subject.field.path()),
        expected(kind),
        found(node)
    );
    let hint = match kind {
        ScalarType::String => shape::quotes_hint(node),
        _ if unquoted(node, kind) => Some("remove the quotes around the literal".to_owned()),
        ScalarType::Boolean => shape::boolean_hint(node).or_else(|| field_hint(node)),
        _ if is_nullable_null(node, subject) => {
            Some("only `equals` and `not_equals` take null".to_owned())
        }
        ScalarType::Integer => number::integer_hint(node).or_else(|| field_hint(node)),
        ScalarType::Decimal => field_hint(node).or_else(|| amount_hint(node)),
        ScalarType::Timestamp => field_hint(node).or_else(|| epoch_hint(node)),
        ScalarType::Number => field_hint(node),
    };
    log.report(ProblemKind::TypeMismatch, node.place, message, hint);
    None
}

fn is_nullable_null(node: &Node, subject: &Subject<'_>) -> bool {
    let nullable = subject.declared.is_some_and(|declared| declared.nullable);
    nullable && node.scalar() == Some(Scalar::Null)
}

/// The path of a field where a literal stands.
fn field_hint(node: &Node) -> Option<String> {
    let path = shape::text_of(node)?;
    let (domain, _) = path.split_once('.')?;
    let known = DOMAINS.iter().any(|(name, _)| *name == domain);
    (known && path.len() < 64).then(|| format!("another field is written `{{subject: {path}}}`"))
}

/// An amount with its currency.
fn amount_hint(node: &Node) -> Option<String> {
    let text = shape::text_of(node)?;
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    digits.then(|| "a decimal is digits alone: a currency is a field of its own".to_owned())
}

/// Seconds since 1970 as the time they are.
fn epoch_hint(node: &Node) -> Option<String> {
    let Some(Scalar::Unsigned(seconds)) = node.scalar() else {
        return None;
    };
    let time = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(format!("seconds since 1970 are written out: `\"{time}\"`"))
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
