//! Comparisons as keys of maps, and as words.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use crate::policy::model::{Atom, Literal, Operand, Window};
use crate::policy::reading::wording::quoted;

/// A comparison as a key: equal ones ask the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtomKey<'s>(pub(super) &'s Atom);

impl PartialEq for AtomKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (self.0, other.0);
        left.operator == right.operator
            && left.subject == right.subject
            && same_operand(&left.operand, &right.operand)
    }
}

impl Eq for AtomKey<'_> {}

impl Hash for AtomKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Atom {
            subject,
            operator,
            operand,
        } = self.0;
        (subject, operator).hash(state);
        match operand {
            Operand::Literal(literal) => literal.key().hash(state),
            Operand::Field(field) => field.hash(state),
            Operand::List(list) => list.iter().for_each(|literal| literal.key().hash(state)),
            Operand::Networks(list) => list.iter().for_each(|network| network.0.hash(state)),
            Operand::Pattern(pattern) => pattern.source.hash(state),
            Operand::Window(Window { from, to, days, .. }) => {
                (from, to, days.len()).hash(state);
            }
        }
    }
}

fn same_operand(left: &Operand, right: &Operand) -> bool {
    match (left, right) {
        (Operand::Literal(left), Operand::Literal(right)) => left.key() == right.key(),
        (Operand::Field(left), Operand::Field(right)) => left == right,
        (Operand::List(left), Operand::List(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| left.key() == right.key())
        }
        (Operand::Networks(left), Operand::Networks(right)) => left == right,
        (Operand::Pattern(left), Operand::Pattern(right)) => left.source == right.source,
        (Operand::Window(left), Operand::Window(right)) => {
            left.from == right.from
                && left.to == right.to
                && left.zone == right.zone
                && left.days == right.days
        }
        _ => false,
    }
}

/// A comparison as a message shows it, in backticks on one line.
pub(super) fn shown(atom: &Atom) -> String {
    let mut text = format!("{} {}", atom.subject, atom.operator.as_str());
    // Writing into a string can't fail.
    let _ = match &atom.operand {
        Operand::Literal(literal) => write!(text, " {}", shown_literal(literal)),
        Operand::Field(field) => write!(text, " {field}"),
        Operand::List(list) => {
            let items: Vec<String> = list.iter().take(4).map(shown_literal).collect();
            let more = if list.len() > 4 { ", .." } else { "" };
            write!(text, " [{}{more}]", items.join(", "))
        }
        Operand::Networks(list) => {
            let items: Vec<String> = list.iter().take(4).map(|one| one.0.to_string()).collect();
            let more = if list.len() > 4 { ", .." } else { "" };
            write!(text, " [{}{more}]", items.join(", "))
        }
        Operand::Pattern(pattern) => write!(text, " {}", pattern.source),
        Operand::Window(window) => write!(text, " {} to {}", window.from, window.to),
    };
    quoted(&text)
}

fn shown_literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => text.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::Decimal(number) => number.to_string(),
        Literal::Timestamp(time) => time.to_string(),
        Literal::Null => "null".to_owned(),
    }
}
