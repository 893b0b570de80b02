//! [`undeclared`]: what cases hold that the schema of their policy does not declare.

use std::collections::HashSet;
use std::sync::Arc;

use audit_core::{Policy, Undeclared, UndeclaredKind};

use super::plan::{CHANGE, Case};
use super::yaml::Node;
use crate::mistake::{Mistake, did_you_mean, listed, quoted};

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
    let whole = found.path.join(".");
    let names = |names: &[Arc<str>]| listed(names.iter().map(|name| &**name));
    let near = |word: &str, names: &[Arc<str>]| {
        did_you_mean(word, names.iter().map(|name| &**name))
            .map_or_else(|| MEANT.to_owned(), |meant| format!("{meant} {MEANT}"))
    };
    match &found.kind {
        UndeclaredKind::Action(known) => {
            let word = case.action.part.kind().unwrap_or_default();
            let message = format!(
                "unknown action type {}, the schema declares {}",
                quoted(word),
                names(known)
            );
            Mistake::at(value, message).helped(near(word, known))
        }
        UndeclaredKind::Field(known) => {
            let message = format!(
                "unknown field {}, the schema declares {}",
                quoted(&whole),
                names(known)
            );
            let word = path.last().map_or("", |word| &**word);
            let hint = if path.len() == 1 && CHANGE.contains(&word) {
                "a fixture is changed with no other keys than `from`, `with` and `without`"
                    .to_owned()
            } else {
                near(word, known)
            };
            Mistake::at(key, message).helped(hint)
        }
        UndeclaredKind::Value(expected) => {
            let found = node.map_or_else(|| "another value".to_owned(), Node::found);
            let message = format!(
                "found {found}, expected {} for {}",
                quoted(expected),
                quoted(&whole)
            );
            Mistake::at(value, message).helped(fraction(expected, node))
        }
        _ => Mistake::at(value, format!("{} is not declared", quoted(&whole))),
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
