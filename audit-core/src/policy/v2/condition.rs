//! When a rule matches: comparisons, joined and nested.

use super::comparison;
use super::scope::Readable;
use super::shape;
use crate::policy::model::Condition;
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{Presence, mismatch_with};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, quoted};
use crate::policy::yaml::Node;

/// How deep conditions may nest.
const MAX_DEPTH: usize = 32;
pub(super) const JOINS: [&str; 3] = ["all", "any", "not"];
const FORMS: &str = "a comparison with `subject`, `operator` and `value`, or `all`, `any` or `not`";

/// Reads a condition. `places` gets the places of its comparisons, in the order of the text.
pub(super) fn read(
    node: &Node,
    readable: &Readable<'_, '_>,
    places: &mut Vec<Place>,
    log: &mut Log,
) -> Option<Condition> {
    nested(node, 1, readable, places, log)
}

fn nested(
    node: &Node,
    depth: usize,
    readable: &Readable<'_, '_>,
    places: &mut Vec<Place>,
    log: &mut Log,
) -> Option<Condition> {
    if depth > MAX_DEPTH {
        let message = format!("conditions nest deeper than {MAX_DEPTH}");
        log.report(ProblemKind::LimitExceeded, node.place, message, None);
        return None;
    }
    let Some(entries) = node.entries() else {
        let hint = node
            .items()
            .map(|_| "put the list under `all` or `any`".to_owned());
        return mismatch_with(node, FORMS, hint, log);
    };
    let forms: Vec<&(Node, Node)> = entries
        .iter()
        .filter(|(key, _)| key.text().is_some_and(|word| is_form(word)))
        .collect();
    let [(key, value)] = forms[..] else {
        return report_forms(node, &forms, log);
    };
    let word = key.text().map_or("", |word| word);
    if word == "subject" {
        places.push(node.place);
        return comparison::read(node, readable, log).map(Condition::Compare);
    }
    shape::record(
        node,
        "the condition",
        &[(join_of(word), Presence::Required)],
        log,
    )?;
    if word == "not" {
        let inner = nested(value, depth + 1, readable, places, log)?;
        return Some(Condition::Not(Box::new(inner)));
    }
    let items = shape::some_items(value, &quoted(word), log)?;
    let parts: Vec<Condition> = items
        .iter()
        .filter_map(|item| nested(item, depth + 1, readable, places, log))
        .collect();
    if parts.len() < items.len() {
        return None;
    }
    Some(if word == "all" {
        Condition::All(parts)
    } else {
        Condition::Any(parts)
    })
}

fn is_form(word: &str) -> bool {
    word == "subject" || JOINS.contains(&word)
}

fn join_of(word: &str) -> &'static str {
    JOINS
        .into_iter()
        .find(|join| *join == word)
        .unwrap_or("all")
}

/// A map that is no condition, or two in one.
fn report_forms(node: &Node, forms: &[&(Node, Node)], log: &mut Log) -> Option<Condition> {
    if let [(first, _), (second, _), ..] = forms {
        let word = |node: &Node| node.text().map_or_else(String::new, |word| quoted(word));
        let message = format!(
            "found {} beside {} in one condition, expected one of them",
            word(second),
            word(first)
        );
        let hint = "put both as parts into a list under `all` or `any`";
        log.report(
            ProblemKind::ConflictingKeys,
            second.place,
            message,
            Some(hint.to_owned()),
        );
        return None;
    }
    if node.whole {
        let mut keys = node.entries().unwrap_or_default().iter();
        let hint = keys
            .find_map(|(key, _)| did_you_mean(key.text()?, JOINS.into_iter().chain(["subject"])));
        let message = format!("found {}, expected {FORMS}", found(node));
        log.report(ProblemKind::NoUntaggedVariant, node.place, message, hint);
    }
    None
}
