//! The words for how two sides are compared, and which types they can compare.

use super::shape;
use crate::policy::model::{FieldType, Operator, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, quoted};
use crate::policy::yaml::Node;

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

/// Reads an operator.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<Operator> {
    let Some(word) = shape::text_of(node) else {
        let hint = node.plain_text().and_then(instead_of);
        return shape::mismatch(
            node,
            "`operator`, a word such as `equals`",
            hint.map(ToOwned::to_owned),
            log,
        );
    };
    let known = OPERATORS
        .into_iter()
        .find(|operator| *operator.as_str() == **word);
    if known.is_none() {
        let message = format!(
            "unknown operator {}, expected one of {}",
            quoted(word),
            names(OPERATORS)
        );
        let hint = instead_of(word)
            .map(ToOwned::to_owned)
            .or_else(|| did_you_mean(word, OPERATORS.iter().map(|operator| operator.as_str())));
        log.report(ProblemKind::UnknownOperator, node.place, message, hint);
    }
    known
}

/// Operators in backticks, every one.
fn names(operators: impl IntoIterator<Item = Operator>) -> String {
    let names = operators
        .into_iter()
        .map(|operator| quoted(operator.as_str()));
    names.collect::<Vec<_>>().join(", ")
}

/// What to write in place of operators that people expect.
fn instead_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "eq" | "==" | "=" | "===" | "is" | "equal" => "write `equals`",
        "ne" | "neq" | "!=" | "<>" | "is_not" | "not_equal" => "write `not_equals`",
        "gt" | ">" | "above" => "write `greater_than`",
        "lt" | "<" | "below" => "write `less_than`",
        "gte" | "ge" | ">=" | "=>" | "greater_than_or_equal" | "greater_or_equals" | "at_least" => {
            "write `greater_or_equal`"
        }
        "lte" | "le" | "<=" | "=<" | "less_than_or_equal" | "less_or_equals" | "at_most" => {
            "write `less_or_equal`"
        }
        "one_of" | "any_of" | "is_in" => "write `in`",
        "none_of" | "nin" | "!in" | "is_not_in" => "write `not_in`",
        "includes" | "has" => "write `contains`",
        "startswith" | "prefix" | "begins_with" => "write `starts_with`",
        "endswith" | "suffix" => "write `ends_with`",
        "like" | "glob" | "fnmatch" => "write `matches`",
        "regex" | "regexp" | "matches_regexp" | "=~" | "~" => "write `matches_regex`",
        "is_set" | "present" | "defined" | "is_null" | "missing" => {
            "write `exists`, or `equals` with `null`"
        }
        "cidr" | "in_network" | "in_subnet" => "write `in_cidr`",
        "during" | "at_time" => "write `within`",
        "between" => {
            "write `all` of `greater_or_equal` and `less_or_equal`, or of `after` and `before`"
        }
        "not" | "not_contains" | "not_matches" | "not_exists" | "not_starts_with"
        | "not_ends_with" => "put the comparison under `not`",
        _ => return None,
    })
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
