//! The words for how two sides are compared, and which types they can compare.

use super::{alias, shape};
use crate::policy::model::{FieldType, Operator, ScalarType};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::{Node, Tag};

/// Every operator, in the order of the documentation.
pub(super) const OPERATORS: [Operator; 18] = [
    Operator::Equals,
    Operator::NotEquals,
    Operator::GreaterThan,
    Operator::GreaterOrEqual,
    Operator::LessThan,
    Operator::LessOrEqual,
    Operator::In,
    Operator::NotIn,
    Operator::Contains,
    Operator::StartsWith,
    Operator::EndsWith,
    Operator::Matches,
    Operator::MatchesRegex,
    Operator::Exists,
    Operator::InCidr,
    Operator::Before,
    Operator::After,
    Operator::Within,
];

/// Reads an operator. `key` is where it is asked for.
pub(super) fn read(node: &Node, key: Place, log: &mut Log) -> Option<Operator> {
    let sign = sign(node);
    let word = match (&sign, shape::text_of(node)) {
        (Some(sign), _) => sign,
        (None, Some(word)) if word.is_empty() => {
            report_empty(node, key, log);
            return None;
        }
        (None, Some(word)) => &**word,
        (None, None) => {
            let hint = node.plain_text();
            let hint = hint.and_then(|word| alias::instead_of(word, alias::OPERATORS));
            let expected = "`operator`, a word such as `equals`";
            return shape::mismatch(node, expected, hint.map(ToOwned::to_owned), log);
        }
    };
    let known = OPERATORS
        .into_iter()
        .find(|operator| *operator.as_str() == *word);
    if known.is_none() {
        let message = format!(
            "unknown operator {}, expected one of {}",
            quoted(word),
            names(OPERATORS)
        );
        let accepted = OPERATORS.iter().map(|operator| operator.as_str());
        let hint = alias::meant(word, alias::OPERATORS, accepted);
        log.report(ProblemKind::UnknownOperator, node.place, message, hint);
    }
    known
}

/// `!=` without quotes, which YAML takes for a tag.
fn sign(node: &Node) -> Option<String> {
    let Some(Tag::Local(tag)) = node.tag.as_deref() else {
        return None;
    };
    let sign = format!("!{tag}");
    alias::instead_of(&sign, alias::OPERATORS).map(|_| sign)
}

/// `>` without quotes starts a text over many lines, of which there are none: it stands nowhere.
fn report_empty(node: &Node, key: Place, log: &mut Log) {
    let message = format!(
        "found an empty text as `operator`, expected one of {}",
        names(OPERATORS)
    );
    let nowhere = node.place.length == 0;
    let hint = "YAML reads `>` without quotes as the start of a text: write `greater_than`";
    let place = if nowhere { key } else { node.place };
    log.report(
        ProblemKind::UnknownOperator,
        place,
        message,
        nowhere.then(|| hint.to_owned()),
    );
}

/// Operators in backticks, every one.
fn names(operators: impl IntoIterator<Item = Operator>) -> String {
    let names = operators
        .into_iter()
        .map(|operator| quoted(operator.as_str()));
    names.collect::<Vec<_>>().join(", ")
}

/// Whether an operator can compare a field of this type. `exists` depends on more.
fn accepts(operator: Operator, kind: &FieldType) -> bool {
    use FieldType::{List, Scalar};
    use ScalarType::{Decimal, Integer, Number, String, Timestamp};
    match operator {
        Operator::Equals | Operator::NotEquals | Operator::In | Operator::NotIn => {
            matches!(kind, Scalar(_))
        }
        Operator::GreaterThan
        | Operator::GreaterOrEqual
        | Operator::LessThan
        | Operator::LessOrEqual => matches!(kind, Scalar(Integer | Decimal | Number)),
        Operator::Contains => matches!(kind, List(_) | Scalar(String)),
        Operator::StartsWith
        | Operator::EndsWith
        | Operator::Matches
        | Operator::MatchesRegex
        | Operator::InCidr => matches!(kind, Scalar(String)),
        Operator::Before | Operator::After | Operator::Within => matches!(kind, Scalar(Timestamp)),
        Operator::Exists => true,
    }
}

/// Whether an operator can compare a field; what it can't is reported at the operator.
pub(super) fn check(
    operator: Operator,
    node: &Node,
    subject: &super::subject::Subject<'_>,
    log: &mut Log,
) -> bool {
    let Some(declared) = subject.declared else {
        return true;
    };
    let path = || quoted(&subject.field.path());
    let usable = |candidate: Operator| {
        accepts(candidate, declared.kind)
            && (candidate != Operator::Exists || declared.can_be_absent)
    };
    if usable(operator) {
        return true;
    }
    let usable: Vec<Operator> = OPERATORS
        .into_iter()
        .filter(|candidate| usable(*candidate))
        .collect();
    if operator == Operator::Exists {
        let message = format!("{} is always there, `exists` says nothing of it", path());
        let hint = "declare it `optional: true` or `nullable: true` if it may be absent";
        log.report(
            ProblemKind::InvalidOperatorForType,
            node.place,
            message,
            Some(hint.to_owned()),
        );
        return false;
    }
    let accepted = match &usable[..] {
        [] => "its parts to be compared".to_owned(),
        [one] => quoted(one.as_str()),
        _ => format!("one of {}", names(usable)),
    };
    let message = format!(
        "operator {} can't compare {}, {}; expected {accepted}",
        quoted(operator.as_str()),
        path(),
        super::names::a_type(declared.kind),
    );
    let hint = match (operator, declared.kind) {
        (
            Operator::GreaterThan | Operator::GreaterOrEqual,
            FieldType::Scalar(ScalarType::Timestamp),
        ) => Some("write `after`"),
        (Operator::LessThan | Operator::LessOrEqual, FieldType::Scalar(ScalarType::Timestamp)) => {
            Some("write `before`")
        }
        (Operator::In | Operator::Equals, FieldType::List(_)) => {
            Some("write `contains` to ask for one of its items")
        }
        (
            Operator::GreaterThan
            | Operator::GreaterOrEqual
            | Operator::LessThan
            | Operator::LessOrEqual,
            FieldType::Scalar(ScalarType::String),
        ) => Some("a field that holds numbers is declared `decimal`, `integer` or `number`"),
        (
            Operator::Before | Operator::After | Operator::Within,
            FieldType::Scalar(ScalarType::String),
        ) => Some("a field that holds times is declared `timestamp`"),
        _ => None,
    };
    log.report(
        ProblemKind::InvalidOperatorForType,
        node.place,
        message,
        hint.map(ToOwned::to_owned),
    );
    false
}
