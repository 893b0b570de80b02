//! What the keys of a value give away about what its author meant.

use super::form;
use crate::policy::reading::misfit::Misfit;
use crate::policy::reading::wording::{did_you_mean, found, quoted};
use crate::policy::yaml::Node;

/// What people expect to find and version 1 does not have.
pub(super) fn unsupported(node: &Node) -> Option<String> {
    let keys = node.entries()?.iter().filter_map(|[key, _]| key.text());
    keys.map(|key| &**key).find_map(|key| match key {
        "not" | "none" | "unless" => Some(format!(
            "{} is not in version 1: turn the operator round, such as `not_equals`",
            quoted(key)
        )),
        "all" | "any" => Some(format!(
            "{} inside a list is not in version 1: split the rule in two",
            quoted(key)
        )),
        "<<" => Some("merge keys are not in version 1: write the keys out".to_owned()),
        _ => None,
    })
}

/// The first of these keys that a map has.
pub(super) fn first_of<'n, 'k>(node: &'n Node, keys: &[&'k str]) -> Option<(&'k str, &'n Node)> {
    keys.iter().find_map(|key| Some((*key, node.get(key)?)))
}

/// A key that stands twice: the whole form fails by it.
pub(super) fn repeated(node: &Node, keys: &[&str]) -> Option<Misfit> {
    let entries = node.entries()?;
    keys.iter().find_map(|name| {
        let [again, _] = entries
            .iter()
            .filter(|[key, _]| key.text().is_some_and(|text| **text == **name))
            .nth(1)?;
        Some(Misfit::new(
            again,
            format!("found the key {} twice, expected it once", quoted(name)),
        ))
    })
}

/// The last resort: a key that is no text.
pub(super) fn odd_key(node: &Node) -> Misfit {
    let entries = node.entries().unwrap_or_default();
    let odd = entries
        .iter()
        .map(|[key, _]| key)
        .find(|key| form::text(key).is_none());
    match odd {
        Some(key) => Misfit::new(
            key,
            format!("found {} as a key, expected a text", found(key)),
        ),
        None => Misfit::new(
            node,
            format!("found {}, which is none of the accepted forms", found(node)),
        ),
    }
}

/// The accepted key that one of the keys was meant to be.
pub(super) fn misspelled(node: &Node, accepted: &[&str]) -> Option<String> {
    let mut keys = node.entries()?.iter().filter_map(|[key, _]| key.text());
    keys.find_map(|key| did_you_mean(key, accepted.iter().copied()))
}
