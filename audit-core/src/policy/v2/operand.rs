//! What a field is held against: a literal, a list, a pattern, networks, a time of day, or another field.

use std::collections::HashSet;
use std::hash::Hash;

use foldhash::fast::FixedState;

use super::budget::Budget;
use super::names::a_type;
use super::scope::Readable;
use super::subject::{self, Declared, Subject};
use super::{expression, literal, network, shape, window};
use crate::pattern::unclosed_bracket;
use crate::policy::model::{FieldType, Literal, Operand, Operator, Pattern, ScalarType};
use crate::policy::pattern;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{Key, Presence::Required};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::{Node, Scalar};

pub(super) const LITERAL: [Key; 1] = [("literal", Required)];
pub(super) const SUBJECT: [Key; 1] = [("subject", Required)];
/// How many literals a list may hold.
pub(super) const MAX_ITEMS: usize = 10_000;

/// Reads what a subject is held against. Whether the operator can compare it is known.
pub(super) fn read(
    node: &Node,
    operator: Operator,
    subject: &Subject<'_>,
    readable: &Readable<'_, '_>,
    log: &mut Log,
) -> Option<Operand> {
    let has = |key: &str| node.get(key).is_some();
    if has("subject") {
        let [other] = shape::record(node, "the value", &SUBJECT, log)?;
        let other = subject::read(other?, readable, log)?;
        return read_field(other, operator, subject, log);
    }
    let node = if has("literal") {
        let [literal] = shape::record(node, "the value", &LITERAL, log)?;
        literal?
    } else {
        node
    };
    let kind = subject.declared.map(|declared| declared.kind);
    let scalar = match kind {
        Some(FieldType::Scalar(kind) | FieldType::List(kind)) => Some(*kind),
        Some(FieldType::Map(_)) | None => None,
    };
    match operator {
        Operator::Equals | Operator::NotEquals if is_null(node) => read_null(node, subject, log),
        Operator::Equals
        | Operator::NotEquals
        | Operator::GreaterThan
        | Operator::GreaterOrEqual
        | Operator::LessThan
        | Operator::LessOrEqual
        | Operator::Contains
        | Operator::Before
        | Operator::After => literal::read(node, scalar, subject, log).map(Operand::Literal),
        Operator::StartsWith | Operator::EndsWith => {
            shape::text(node, "`value`", log).map(|text| Operand::Literal(Literal::Text(text)))
        }
        Operator::In | Operator::NotIn => {
            let item = |item: &Node, log: &mut Log| literal::read(item, scalar, subject, log);
            read_list(node, readable.budget, log, item, Literal::key).map(Operand::List)
        }
        Operator::Matches => read_pattern(node, readable.budget, log).map(Operand::Pattern),
        Operator::MatchesRegex => {
            expression::read(node, readable.budget, log).map(Operand::Pattern)
        }
        Operator::Exists => shape::boolean(node, "`value`", log)
            .map(|wanted| Operand::Literal(Literal::Boolean(wanted))),
        Operator::InCidr if node.items().is_some() => {
            let read = network::read;
            read_list(node, readable.budget, log, read, |network| network.0).map(Operand::Networks)
        }
        Operator::InCidr => Some(Operand::Networks(vec![network::read(node, log)?])),
        Operator::Within => window::read(node, log).map(Operand::Window),
    }
}

fn read_pattern(node: &Node, budget: &Budget, log: &mut Log) -> Option<Pattern> {
    let source = shape::text(node, "a pattern", log)?;
    if budget.is_spent() {
        return None;
    }
    let Some(compiled) = pattern::compile(&source) else {
        let message = format!(
            "{} compiles to more than {} bytes, which is the most that is accepted",
            quoted(&source),
            pattern::MAX_COMPILED
        );
        log.report(ProblemKind::LimitExceeded, node.place, message, None);
        return None;
    };
    if let Some(at) = unclosed_bracket(&source) {
        let message = format!(
            "the bracket in {} is not closed and stands for itself",
            quoted(&source)
        );
        let hint = "close it with `]`, or write `[[]` for a bracket";
        log.report(
            ProblemKind::UnclosedBracket,
            shape::part(node, at, 1),
            message,
            Some(hint.to_owned()),
        );
    }
    budget.pattern(&source, compiled, node, log)
}

/// The word for null; nothing at all is a mistake.
fn is_null(node: &Node) -> bool {
    !node.is_blank() && node.scalar() == Some(Scalar::Null)
}

fn read_null(node: &Node, subject: &Subject<'_>, log: &mut Log) -> Option<Operand> {
    if subject.declared.is_some_and(|declared| !declared.nullable) {
        let message = format!(
            "found null, and {} can't be null",
            quoted(&subject.field.path())
        );
        let hint = "declare it `nullable: true`, or ask whether it is there with `exists`";
        log.report(
            ProblemKind::TypeMismatch,
            node.place,
            message,
            Some(hint.to_owned()),
        );
        return None;
    }
    Some(Operand::Literal(Literal::Null))
}

/// The items of a list, without those that stand there again, which are warned of.
fn read_list<T, K: Eq + Hash>(
    node: &Node,
    budget: &Budget,
    log: &mut Log,
    mut read: impl FnMut(&Node, &mut Log) -> Option<T>,
    key: impl Fn(&T) -> K,
) -> Option<Vec<T>> {
    let items = shape::some_items(node, "`value`", log)?;
    if items.len() > MAX_ITEMS {
        let message = format!(
            "found a list of {} items, at most {MAX_ITEMS} are accepted",
            items.len()
        );
        log.report(ProblemKind::LimitExceeded, node.place, message, None);
        return None;
    }
    budget.items(items.len(), node, log)?;
    let mut seen: HashSet<K, FixedState> = HashSet::default();
    let mut list = Vec::with_capacity(items.len());
    let mut complete = true;
    for item in items {
        match read(item, log) {
            Some(value) if seen.insert(key(&value)) => list.push(value),
            Some(_) => shape::repeated_value(item, "`value`", log),
            None => complete = false,
        }
    }
    complete.then_some(list)
}

/// Another field, if the operator takes one and its type fits.
fn read_field(
    other: Subject<'_>,
    operator: Operator,
    subject: &Subject<'_>,
    log: &mut Log,
) -> Option<Operand> {
    if matches!(
        operator,
        Operator::Matches
            | Operator::MatchesRegex
            | Operator::Exists
            | Operator::InCidr
            | Operator::Within
    ) {
        let message = format!(
            "operator {} takes no field, found {}; expected a value written here",
            quoted(operator.as_str()),
            quoted(&other.field.path())
        );
        log.report(ProblemKind::TypeMismatch, other.place, message, None);
        return None;
    }
    if let (Some(left), Some(right)) = (subject.declared, other.declared) {
        check_types(operator, left, right, subject, &other, log)?;
    }
    Some(Operand::Field(other.field))
}

fn check_types(
    operator: Operator,
    left: Declared<'_>,
    right: Declared<'_>,
    subject: &Subject<'_>,
    other: &Subject<'_>,
    log: &mut Log,
) -> Option<()> {
    use FieldType::{List, Map, Scalar};
    use ScalarType::{Decimal, Integer};
    let exact = |kind: &FieldType| matches!(kind, Scalar(Integer | Decimal));
    let ordered = matches!(
        operator,
        Operator::GreaterThan
            | Operator::GreaterOrEqual
            | Operator::LessThan
            | Operator::LessOrEqual
    );
    let (fits, expected) = match (operator, left.kind) {
        (Operator::In | Operator::NotIn, Scalar(kind)) => {
            (*right.kind == List(*kind), a_type(&List(*kind)))
        }
        (Operator::Contains, List(kind)) => (*right.kind == Scalar(*kind), a_type(&Scalar(*kind))),
        (_, kind) if ordered && exact(kind) => {
            (exact(right.kind), "an integer or decimal".to_owned())
        }
        (_, kind) => (kind == right.kind && !matches!(kind, Map(_)), a_type(kind)),
    };
    if fits {
        return Some(());
    }
    let message = format!(
        "{} is {} and {} is {}, expected {expected} on the right",
        quoted(&subject.field.path()),
        a_type(left.kind),
        quoted(&other.field.path()),
        a_type(right.kind)
    );
    let hint = (exact(left.kind) && exact(right.kind))
        .then(|| "only `greater_than` and its like compare integers with decimals".to_owned());
    log.report(ProblemKind::TypeMismatch, other.place, message, hint);
    None
}
