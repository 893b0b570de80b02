//! [`undeclared`]: what cases hold that the schema of their policy does not declare.

use std::collections::HashSet;

use audit_core::{Policy, Undeclared, UndeclaredKind};

use super::plan::{CHANGE, Case};
use super::yaml::Node;
use crate::mistake::{Mistake, quoted};
use crate::undeclared::{unfit_value, unknown_action, unknown_field};

/// The way out for whoever means it.
const MEANT: &str = "a case with `undeclared: true` means it";

/// Tells what cases hold that the schema does not declare, or declares otherwise, each place once. A case may say that
/// it means it.
pub(crate) fn undeclared(policy: &Policy, cases: &[Case], mistakes: &mut Vec<Mistake>) {
    let mut told = HashSet::new();
    for case in cases.iter().filter(|case| !case.undeclared) {
        for found in policy.undeclared(&case.request(case.mode)) {
            let mistake = mistake(case, &found);
            let place = mistake.place.map(|place| (place.line, place.column));
            if told.insert((place, mistake.message.clone())) {
                mistakes.push(mistake);
            }
        }
    }
}

fn mistake(case: &Case, found: &Undeclared) -> Mistake {
    let (part, path) = match found.path.split_first() {
        Some((part, path)) => (&**part, path),
        None => ("", found.path.as_slice()),
    };
    let spot = match part {
        "action" => case.action.spot(path),
        "actor" => case.actor.spot(path),
        _ => case.snapshot.spot(path),
    };
    let (key, node) = spot.map_or((case.place, None), |(key, node)| (key, Some(node)));
    let value = node.map_or(case.place, |node| node.place);
    let meant = |near: Option<String>| match near {
        Some(near) => format!("{near} {MEANT}"),
        None => MEANT.to_owned(),
    };
    match &found.kind {
        UndeclaredKind::Action(known) => {
            let word = case.action.part.kind().unwrap_or_default();
            let (message, near) = unknown_action(word, known);
            Mistake::at(value, message).helped(meant(near))
        }
        UndeclaredKind::Field(known) => {
            let (message, near) = unknown_field(&found.path, known);
            let hint = match path {
                [word] if CHANGE.contains(&&**word) => {
                    "a fixture is changed with no other keys than `from`, `with` and `without`"
                        .to_owned()
                }
                _ => meant(near),
            };
            Mistake::at(key, message).helped(hint)
        }
        UndeclaredKind::Unfit(expected) => {
            let what = node.map_or_else(|| "another value".to_owned(), Node::found);
            let message = unfit_value(&found.path, &what, expected);
            Mistake::at(value, message).helped(fraction(expected, node))
        }
        _ => Mistake::at(
            value,
            format!("{} is not declared", quoted(&found.path.join("."))),
        ),
    }
}

/// The way out for a value that is not of its type.
fn fraction(expected: &str, node: Option<&Node>) -> String {
    let number = node.and_then(|node| node.value().as_f64());
    match number.filter(|_| expected.starts_with("decimal")) {
        Some(number) => format!("write a fraction in quotes: `\"{number}\"`"),
        None => MEANT.to_owned(),
    }
}
