//! When a rule matches: comparisons, joined and nested.

use super::comparison;
use super::scope::Readable;
use super::{alias, shape, subject};
use crate::policy::model::Condition;
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::Presence::Required;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::{Kind, Node};

/// How deep `all`, `any` and `not` may nest.
const MAX_DEPTH: usize = 32;
pub(super) const JOINS: [Join; 3] = [Join::All, Join::Any, Join::Not];
pub(super) const COMPARISON: [&str; 3] = ["subject", "operator", "value"];
const ALWAYS: &str = "a rule that always matches has no `when`";
const EXAMPLE: &str =
    "a comparison is a map: `{subject: action.amount, operator: greater_than, value: 5}`";
const FORMS: &str = "a comparison with `subject`, `operator` and `value`, or `all`, `any` or `not`";

/// How the parts of a condition are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    All,
    Any,
    Not,
}

impl Join {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::Not => "not",
        }
    }
}

/// Reads a condition. `places` gets the places of the fields it compares, in the order of the text.
pub(super) fn read(
    node: &Node,
    readable: &Readable<'_, '_>,
    places: &mut Vec<Place>,
    log: &mut Log,
) -> Option<Condition> {
    nested(node, 0, readable, places, log)
}

fn nested(
    node: &Node,
    depth: usize,
    readable: &Readable<'_, '_>,
    places: &mut Vec<Place>,
    log: &mut Log,
) -> Option<Condition> {
    match form(node, log)? {
        Form::Comparison => {
            places.push(node.get("subject").unwrap_or(node).place);
            comparison::read(node, readable, log).map(Condition::Compare)
        }
        Form::Join(join, key, value) => {
            if depth == MAX_DEPTH {
                let message = format!("`all`, `any` and `not` nest deeper than {MAX_DEPTH}");
                log.report(ProblemKind::LimitExceeded, key.place, message, None);
                return None;
            }
            shape::record(node, "the condition", &[(join.as_str(), Required)], log)?;
            if join == Join::Not {
                let inner = nested(value, depth + 1, readable, places, log)?;
                return Some(Condition::Not(Box::new(inner)));
            }
            let items = shape::some_items(value, &quoted(join.as_str()), log)?;
            let parts: Vec<Condition> = items
                .iter()
                .filter_map(|item| nested(item, depth + 1, readable, places, log))
                .collect();
            if parts.len() < items.len() {
                return None;
            }
            Some(if join == Join::All {
                Condition::All(parts)
            } else {
                Condition::Any(parts)
            })
        }
    }
}

/// What a condition is by its keys.
enum Form<'n> {
    /// A field, an operator and a value.
    Comparison,
    /// Parts joined by a word, with the key and what stands there.
    Join(Join, &'n Node, &'n Node),
}

/// What a condition is, if it is one. What is none, or two in one, is reported.
fn form<'n>(node: &'n Node, log: &mut Log) -> Option<Form<'n>> {
    let Some(entries) = node.entries() else {
        let hint = match (&node.kind, node.text()) {
            (Kind::Sequence(items), _) if items.is_empty() => Some(ALWAYS),
            (Kind::Sequence(_), _) => Some("put the list under `all` or `any`"),
            _ if node.is_blank() => {
                Some("indent the condition below its key; a rule that always matches has no `when`")
            }
            (_, Some(word)) if word.contains(' ') => Some(EXAMPLE),
            (_, Some(word)) => alias::instead_of(word, alias::CONDITIONS),
            _ => None,
        };
        return shape::mismatch(node, FORMS, hint.map(ToOwned::to_owned), log);
    };
    let mut found: Option<(&Node, Form<'n>)> = None;
    for [key, value] in entries {
        let Some(word) = key.text() else {
            continue;
        };
        let form = if let Some(join) = JOINS.into_iter().find(|join| *join.as_str() == **word) {
            Form::Join(join, key, value)
        } else if COMPARISON.contains(&&**word) {
            Form::Comparison
        } else {
            continue;
        };
        match (&found, &form) {
            (None, _) => found = Some((key, form)),
            // The other keys of the comparison, and a key that stands twice, which is reported as such.
            (Some((_, Form::Comparison)), Form::Comparison) => {}
            (Some((_, Form::Join(first, ..))), Form::Join(second, ..)) if first == second => {}
            (Some((first, form)), _) => {
                let blank = matches!(form, Form::Join(_, _, value) if value.is_blank());
                report_two(first, key, blank, log);
                return None;
            }
        }
    }
    if found.is_none() && node.whole {
        report_none(node, log);
    }
    found.map(|(_, form)| form)
}

/// `blank`: nothing stands behind the first.
fn report_two(first: &Node, second: &Node, blank: bool, log: &mut Log) {
    let word = |node: &Node| node.text().map_or_else(String::new, |word| quoted(word));
    let message = format!(
        "found {} beside {} in one condition, expected one of them",
        word(second),
        word(first)
    );
    let hint = if blank {
        "indent the parts below it as a list, each behind a `-`"
    } else {
        "put both as parts into a list under `all` or `any`"
    };
    log.report(
        ProblemKind::ConflictingKeys,
        second.place,
        message,
        Some(hint.to_owned()),
    );
}

/// A map without any key of a condition: one of them may be misspelled.
fn report_none(node: &Node, log: &mut Log) {
    let keys = || {
        node.entries()
            .unwrap_or_default()
            .iter()
            .map(|[key, _]| key)
    };
    let words = || {
        let joins = JOINS.into_iter().map(Join::as_str);
        joins.chain(COMPARISON)
    };
    let misspelled = keys().find_map(|key| {
        let word = key.text()?;
        let hint = alias::meant(word, alias::JOINS, words());
        Some((key, hint.or_else(|| field_hint(word))?))
    });
    if let Some((key, hint)) = misspelled {
        let word = key.text().map_or_else(String::new, |word| quoted(word));
        let message = format!("unknown key {word} in the condition, expected {FORMS}");
        log.report(ProblemKind::UnknownKey, key.place, message, Some(hint));
        return;
    }
    let message = format!("found {}, expected {FORMS}", found(node));
    let empty = node.entries().is_some_and(<[_]>::is_empty);
    let hint = empty.then(|| ALWAYS.to_owned());
    log.report(ProblemKind::NoUntaggedVariant, node.place, message, hint);
}

/// `action.amount: 5`.
fn field_hint(word: &str) -> Option<String> {
    let (domain, _) = word.split_once('.')?;
    let known = subject::DOMAINS.iter().any(|(name, _)| *name == domain);
    (known && word.len() < 48)
        .then(|| format!("write `{{subject: {word}, operator: equals, value: ..}}`"))
}
