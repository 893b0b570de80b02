//! [`Fixtures`]: what cases refer to by name.

use std::collections::HashMap;
use std::sync::Arc;

use audit_core::{Action, Actor, Snapshot, Text};

use super::fixture::Fixture;
use super::placed::Placed;
use super::yaml::Node;
use crate::mistake::Mistake;

/// Fixtures of one kind. `None` is one that is there and mistaken: nobody needs to be told that it is missing.
pub(crate) type Named<T> = HashMap<Text<'static>, Option<Arc<Placed<T>>>>;

/// What cases refer to by name.
#[derive(Debug, Default)]
pub(crate) struct Fixtures {
    pub(crate) actions: Named<Action<'static>>,
    pub(crate) actors: Named<Actor<'static>>,
    pub(crate) snapshots: Named<Snapshot<'static>>,
}

/// Fixtures of one kind.
pub(crate) fn named<T: Fixture>(node: Option<&Node>, mistakes: &mut Vec<Mistake>) -> Named<T> {
    let Some(node) = node.filter(|node| !node.is_null()) else {
        return Named::new();
    };
    let Some(entries) = node.entries() else {
        mistakes.push(node.misfit("a map of names to fields"));
        return Named::new();
    };
    let mut take = |node: &Node| {
        Placed::<T>::read(node)
            .map_err(|mistake| mistakes.push(mistake))
            .ok()
    };
    entries
        .iter()
        .filter_map(|(key, value)| Some((key.text()?.clone(), take(value).map(Arc::new))))
        .collect()
}
