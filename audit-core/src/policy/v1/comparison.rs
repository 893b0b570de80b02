//! One comparison of a rule, read as a draft.

use super::draft::{Atom, Operand, Subject, Word};
use super::form;
use crate::policy::model::Literal;
use crate::policy::yaml::Node;

/// The keys of a comparison.
pub(super) const ATOM: [&str; 3] = ["subject", "operator", "value"];
/// The keys of a subject.
pub(super) const SUBJECT: [&str; 2] = ["domain", "field"];

/// A comparison, if the node is one.
pub(super) fn read_atom(node: &Node) -> Option<Atom> {
    let [subject, operator, value] = form::record(node, ATOM)?;
    Some(Atom {
        subject: read_subject(subject)?,
        operator: read_word(operator)?,
        value: read_operand(value)?,
    })
}

/// A subject, if the node is one.
pub(super) fn read_subject(node: &Node) -> Option<Subject> {
    let [domain, field] = form::record(node, SUBJECT)?;
    Some(Subject {
        domain: read_word(domain)?,
        field: read_word(field)?,
    })
}

/// `literal`, else `subject`.
pub(super) fn read_operand(node: &Node) -> Option<Operand> {
    let literal = || form::keyed(node, ["literal"]).and_then(|[value]| read_literal(value));
    let subject = || form::keyed(node, ["subject"]).and_then(|[value]| read_subject(value));
    literal()
        .map(Operand::Literal)
        .or_else(|| subject().map(Operand::Subject))
}

fn read_literal(node: &Node) -> Option<Word<Literal>> {
    let value = (form::text(node).map(Literal::Text))
        .or_else(|| form::number(node).map(Literal::Number))
        .or_else(|| form::boolean(node).map(Literal::Boolean))?;
    Some(Word {
        value,
        place: node.place,
    })
}

/// A text with its place.
pub(super) fn read_word(node: &Node) -> Option<Word> {
    Some(Word {
        value: form::text(node)?,
        place: node.place,
    })
}
