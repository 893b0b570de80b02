//! Checking one comparison: left side, operator, right side, their types, in this order.

use super::draft::{Atom, Operand, Subject, Word};
use super::names::InScope;
use crate::policy::model::{self, Domain, FieldRef, Literal, Operator, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, listed, quoted};
use crate::policy::yaml::Scalar;

const DOMAINS: [(&str, Domain); 3] = [
    ("action", Domain::Action),
    ("actor", Domain::Actor),
    ("snapshot", Domain::Snapshot),
];
const OPERATORS: [(&str, Operator); 4] = [
    ("equals", Operator::Equals),
    ("not_equals", Operator::NotEquals),
    ("greater_than", Operator::GreaterThan),
    ("less_than", Operator::LessThan),
];
/// Words that are known as operators and that no type allows.
const DEAD_OPERATORS: [&str; 2] = ["in", "not_in"];

/// Checks one comparison; the first mistake hides those that follow from it.
pub(super) fn check_atom(atom: Atom, scope: &InScope<'_>, log: &mut Log) -> Option<model::Atom> {
    let Atom {
        subject,
        operator,
        value,
    } = atom;
    let (field, left) = check_subject(&subject, scope, log)?;
    check_operator_word(&operator, log)?;
    let (operand, right, written) = match value {
        Operand::Literal(literal) => {
            let (kind, written) = describe(&literal.value);
            (model::Operand::Literal(literal.value), kind, written)
        }
        Operand::Subject(other) => {
            let (field, kind) = check_subject(&other, scope, log)?;
            (model::Operand::Field(field), kind, dotted(&other))
        }
    };
    if left != right {
        let (name, left_name, right_name) = (dotted(&subject), left.as_str(), right.as_str());
        let message = format!(
            "{name} is a {left_name} and {written} is a {right_name}, expected two values of one type"
        );
        log.report(
            ProblemKind::TypeMismatch,
            subject.field.place,
            message,
            quotes_hint(left, &operand),
        );
        return None;
    }
    let operator = check_operator_type(&operator, left, log)?;
    Some(model::Atom {
        subject: field,
        operator,
        operand,
    })
}

fn check_subject(
    subject: &Subject,
    scope: &InScope<'_>,
    log: &mut Log,
) -> Option<(FieldRef, ScalarType)> {
    let Subject {
        domain: Word { value: word, place },
        field,
    } = subject;
    let Some((_, domain)) = DOMAINS.into_iter().find(|(name, _)| **name == **word) else {
        let words = || DOMAINS.iter().map(|(name, _)| *name);
        let message = format!(
            "unknown domain {}, expected one of {}",
            quoted(word),
            listed(words())
        );
        log.report(
            ProblemKind::UnknownDomain,
            *place,
            message,
            did_you_mean(word, words()),
        );
        return None;
    };
    let fields = scope.fields(domain);
    if let Some(kind) = fields.and_then(|fields| fields.kind(&field.value)) {
        return Some((FieldRef::new(domain, field.value.clone()), kind));
    }
    let (message, hint) = match fields {
        Some(fields) => (
            format!(
                "unknown field {} in domain {}, the schema declares {}",
                quoted(&field.value),
                quoted(word),
                listed(fields.names())
            ),
            did_you_mean(&field.value, fields.names()),
        ),
        None => (
            format!(
                "unknown field {} in domain `action`, which has fields only in a rule with `scope: {{action: ..}}`",
                quoted(&field.value)
            ),
            Some("scope the rule to the action whose field it compares".to_owned()),
        ),
    };
    log.report(ProblemKind::UnknownField, field.place, message, hint);
    None
}

fn check_operator_word(operator: &Word, log: &mut Log) -> Option<()> {
    let word = &*operator.value;
    let names = || OPERATORS.iter().map(|(name, _)| *name);
    if DEAD_OPERATORS.contains(&word) || names().any(|name| name == word) {
        return Some(());
    }
    let message = format!(
        "unknown operator {}, expected one of {}",
        quoted(word),
        listed(names())
    );
    let hint = instead_of(word)
        .map(ToOwned::to_owned)
        .or_else(|| did_you_mean(word, names()));
    log.report(ProblemKind::UnknownOperator, operator.place, message, hint);
    None
}

/// What to write in place of operators that people expect.
fn instead_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "eq" | "==" | "=" | "is" | "equal" => "write `equals`",
        "ne" | "neq" | "!=" | "<>" | "is_not" | "not_equal" => "write `not_equals`",
        "gt" | ">" => "write `greater_than`",
        "lt" | "<" => "write `less_than`",
        "gte" | "ge" | ">=" | "greater_or_equal" | "greater_than_or_equal" => {
            "not in version 1: write `any` of `greater_than` and `equals`"
        }
        "lte" | "le" | "<=" | "less_or_equal" | "less_than_or_equal" => {
            "not in version 1: write `any` of `less_than` and `equals`"
        }
        "contains" | "starts_with" | "ends_with" | "matches" | "regex" | "exists" | "between" => {
            "not in version 1, which compares whole values only"
        }
        _ => return None,
    })
}

fn check_operator_type(operator: &Word, kind: ScalarType, log: &mut Log) -> Option<Operator> {
    let word = &*operator.value;
    let allowed = |operator: Operator| {
        kind == ScalarType::Number || matches!(operator, Operator::Equals | Operator::NotEquals)
    };
    let usable = || {
        OPERATORS
            .into_iter()
            .filter(|(_, operator)| allowed(*operator))
    };
    if let Some((_, operator)) = usable().find(|(name, _)| *name == word) {
        return Some(operator);
    }
    let message = format!(
        "operator {} can't compare a {}, expected one of {}",
        quoted(word),
        kind.as_str(),
        listed(usable().map(|(name, _)| name))
    );
    let hint = DEAD_OPERATORS.contains(&word).then(|| {
        "lists are not in version 1: write one comparison under `any` for each value".to_owned()
    });
    log.report(
        ProblemKind::InvalidOperatorForType,
        operator.place,
        message,
        hint,
    );
    None
}

/// The type of a literal, and the literal as it reads in a message.
fn describe(literal: &Literal) -> (ScalarType, String) {
    match literal {
        Literal::Text(text) => (ScalarType::String, quoted(text)),
        Literal::Number(number) => (ScalarType::Number, format!("`{number}`")),
        Literal::Boolean(value) => (ScalarType::Boolean, format!("`{value}`")),
        // The reader of version 1 makes no other literals.
        _ => (ScalarType::String, String::new()),
    }
}

/// A literal of the wrong type is often a matter of quotes.
fn quotes_hint(left: ScalarType, right: &model::Operand) -> Option<String> {
    let model::Operand::Literal(literal) = right else {
        return None;
    };
    match (left, literal) {
        (ScalarType::String, Literal::Number(_) | Literal::Boolean(_)) => {
            Some("put the literal in quotes".to_owned())
        }
        (ScalarType::Number | ScalarType::Boolean, Literal::Text(text)) => {
            let resolved = Scalar::resolve(text, true, None)?;
            let fits = match left {
                ScalarType::Boolean => matches!(resolved, Scalar::Boolean(_)),
                _ => matches!(
                    resolved,
                    Scalar::Unsigned(_) | Scalar::Negative(_) | Scalar::Float(_)
                ),
            };
            fits.then(|| "remove the quotes around the literal".to_owned())
        }
        _ => None,
    }
}

fn dotted(subject: &Subject) -> String {
    quoted(&format!("{}.{}", subject.domain.value, subject.field.value))
}
