//! One comparison: a field, an operator, and what it is held against.

use super::alias;
use super::operand;
use super::operator;
use super::scope::Readable;
use super::shape;
use super::subject;
use crate::policy::model::{Atom, Literal, Operand, Operator};
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
    report_missing,
};
use crate::policy::reading::log::Log;
use crate::policy::yaml::Node;

pub(super) const COMPARISON: [Key; 3] = [
    ("subject", Required),
    ("operator", Required),
    ("value", Optional),
];
const WITH_VALUE: [Key; 1] = [("value", Required)];

/// Reads a comparison.
pub(super) fn read(node: &Node, readable: &Readable<'_, '_>, log: &mut Log) -> Option<Atom> {
    let [subject, operator, value] = shape::record(node, "the comparison", &COMPARISON, log)?;
    let subject = subject.and_then(|node| subject::read(node, readable, log));
    let key = shape::key_of(node, "operator").place;
    let word = operator.and_then(|node| Some((operator::read(node, key, log)?, node)));
    let needs_value = word.is_some_and(|(operator, _)| operator != Operator::Exists);
    if value.is_none() && needs_value && has_only_known_keys(node) {
        report_missing(
            node,
            "the comparison",
            &WITH_VALUE,
            std::iter::once(false),
            alias::missing,
            log,
        );
    }
    let (subject, (operator, word)) = (subject?, word?);
    let operand = if operator::check(operator, word, &subject, log) {
        match value {
            Some(value) => operand::read(value, operator, &subject, readable, log),
            None => {
                (operator == Operator::Exists).then_some(Operand::Literal(Literal::Boolean(true)))
            }
        }
    } else {
        None
    };
    Some(Atom {
        subject: subject.field,
        operator,
        operand: operand?,
    })
}

/// Whether no key was misspelled: it may have been meant for the one that is missing.
fn has_only_known_keys(node: &Node) -> bool {
    let mut keys = node.entries().unwrap_or_default().iter();
    keys.all(|[key, _]| {
        key.text()
            .is_some_and(|word| COMPARISON.iter().any(|(name, _)| *name == &**word))
    })
}
