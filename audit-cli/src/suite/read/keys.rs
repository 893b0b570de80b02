//! [`Keys`]: the entries of a map, taken one by one, so that what is left over can be told.

use audit_core::Place;

use crate::mistake::{Mistake, did_you_mean, listed, quoted};
use crate::suite::yaml::Node;

/// A map whose keys are known.
pub(super) struct Keys<'n> {
    entries: &'n [(Node, Node)],
    place: Place,
    /// What the map is, such as `the case`.
    noun: &'static str,
}

impl<'n> Keys<'n> {
    /// The entries of a map, each of which must have one of these keys.
    pub(super) fn of(
        node: &'n Node,
        noun: &'static str,
        accepted: &[&str],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let Some(entries) = node.entries() else {
            let expected = format!("a map with the keys {}", listed(accepted.iter().copied()));
            mistakes.push(node.misfit(&expected));
            return None;
        };
        for (key, _) in entries {
            let word = key.text().map_or("", |text| text);
            if accepted.contains(&word) {
                continue;
            }
            let message = format!(
                "unknown key {} in {noun}, expected one of {}",
                quoted(word),
                listed(accepted.iter().copied())
            );
            let hint = match word {
                "<<" => Some("merge keys are not read: write `{from: .., with: ..}`".to_owned()),
                _ => did_you_mean(word, accepted.iter().copied()),
            };
            mistakes.push(Mistake::at(key.place, message).helped(hint));
        }
        Some(Self {
            entries,
            place: node.place,
            noun,
        })
    }

    /// The key and value of an entry, if it is there.
    pub(super) fn entry(&self, name: &str) -> Option<&'n (Node, Node)> {
        self.entries
            .iter()
            .find(|(key, _)| key.text().is_some_and(|text| **text == *name))
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, name: &str, mistakes: &mut Vec<Mistake>) -> Option<&'n Node> {
        let found = self.get(name);
        if found.is_none() {
            let message = format!("{} has no {}", self.noun, quoted(name));
            mistakes.push(Mistake::at(self.place, message));
        }
        found
    }
}
