//! [`read`]: the whole of a suite.

use super::keys::Keys;
use super::{Suite, case};
use crate::mistake::Mistake;
use crate::suite::named::{Fixtures, named};
use crate::suite::word;
use crate::suite::yaml::Node;

/// What a suite holds, as it is said in messages.
const KEYS: [&str; 7] = [
    "suite",
    "policy",
    "clock",
    "actors",
    "actions",
    "snapshots",
    "cases",
];

/// Reads a suite. `None` if it is no map, or has no name to call it by.
pub(crate) fn read<'n>(root: &'n Node, mistakes: &mut Vec<Mistake>) -> Option<Suite<'n>> {
    let keys = Keys::of(root, "the suite", &KEYS, mistakes)?;
    let name = keys.required("suite", mistakes).and_then(|node| {
        let name = take(word::name(node), mistakes)?;
        Some((name, node.place))
    });
    let policy = keys.get("policy");
    let policy = policy.and_then(|node| take(word::name(node), mistakes));
    let clock = keys.get("clock");
    let clock = clock.and_then(|node| take(word::time(node), mistakes));
    let fixtures = Fixtures {
        actions: named(keys.get("actions"), mistakes),
        actors: named(keys.get("actors"), mistakes),
        snapshots: named(keys.get("snapshots"), mistakes),
    };
    let cases = keys.required("cases", mistakes).map(|node| {
        let items = node.items().filter(|items| !items.is_empty());
        if items.is_none() {
            mistakes.push(node.misfit("a list of cases, at least one"));
        }
        items.unwrap_or_default()
    });
    let drafts = cases
        .unwrap_or_default()
        .iter()
        .filter_map(|node| case::draft(node, mistakes))
        .collect();
    let (name, name_place) = name?;
    Some(Suite {
        name,
        name_place,
        policy,
        clock,
        fixtures,
        drafts,
    })
}

/// What was read, or nothing and a mistake more.
fn take<T>(outcome: Result<T, Mistake>, mistakes: &mut Vec<Mistake>) -> Option<T> {
    outcome.map_err(|mistake| mistakes.push(mistake)).ok()
}
