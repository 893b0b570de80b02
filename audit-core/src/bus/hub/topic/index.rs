//! [`Index`]: who is subscribed to a name, in the order in which they are told.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::pattern::{Glob, Pattern};

use super::anchor::{Anchor, Anchors};

/// Listeners by the patterns that they asked for.
#[derive(Debug)]
pub(in crate::bus) struct Index<S> {
    /// The place of each pattern in `entries`.
    places: HashMap<Arc<str>, u32, RandomState>,
    entries: Vec<Option<Entry<S>>>,
    /// Places without an entry.
    free: Vec<u32>,
    anchors: Anchors,
    /// How many patterns there ever were.
    patterns: u64,
}

/// A pattern and those who are subscribed to it.
#[derive(Debug)]
struct Entry<S> {
    text: Arc<str>,
    glob: Glob,
    anchor: Anchor,
    /// When it was first subscribed to, among all patterns.
    order: u64,
    /// In the order in which they came.
    listeners: VecDeque<Arc<S>>,
}

impl<S> Default for Index<S> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            entries: Vec::new(),
            free: Vec::new(),
            anchors: Anchors::default(),
            patterns: 0,
        }
    }
}

impl<S> Entry<S> {
    /// The place of a listener, looked for from both ends: where many leave, it is mostly the first or the last.
    fn find(&self, listener: &Arc<S>) -> Option<usize> {
        let is_it = |other: &Arc<S>| Arc::ptr_eq(other, listener);
        let from_behind = self.listeners.iter().enumerate().rev();
        let both = self.listeners.iter().enumerate().zip(from_behind);
        both.into_iter().find_map(|((front, one), (back, other))| {
            let at_front = is_it(one).then_some(front);
            at_front.or_else(|| is_it(other).then_some(back))
        })
    }
}

impl<S> Index<S> {
    /// Adds a listener to a pattern, behind those that are there.
    pub(in crate::bus) fn add(&mut self, pattern: &Pattern, listener: Arc<S>) {
        let known = self.places.get(pattern.as_str()).copied();
        if let Some(entry) = known.and_then(|place| self.entry_mut(place)) {
            entry.listeners.push_back(listener);
            return;
        }
        let (text, glob): (Arc<str>, _) = (pattern.as_str().into(), Glob::of(pattern.as_str()));
        let place = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        });
        // A name stands for itself alone, and is found as such.
        let anchor = if pattern.is_name() {
            Anchor::Nothing
        } else {
            self.anchors.add(&glob, place)
        };
        self.places.insert(Arc::clone(&text), place);
        self.patterns += 1;
        let entry = Entry {
            text,
            glob,
            anchor,
            order: self.patterns,
            listeners: VecDeque::from([listener]),
        };
        if let Some(slot) = self.entries.get_mut(place as usize) {
            *slot = Some(entry);
        }
    }

    /// Takes a listener out of a pattern. One without any listener is forgotten: who subscribes to it anew stands behind the
    /// others. Returns whether it was there.
    pub(in crate::bus) fn remove(&mut self, pattern: &Pattern, listener: &Arc<S>) -> bool {
        let Some(place) = self.places.get(pattern.as_str()).copied() else {
            return false;
        };
        let Some(entry) = self.entry_mut(place) else {
            return false;
        };
        let Some(at) = entry.find(listener) else {
            return false;
        };
        entry.listeners.remove(at);
        if entry.listeners.is_empty()
            && let Some(entry) = self.entries.get_mut(place as usize).and_then(Option::take)
        {
            if !pattern.is_name() {
                self.anchors.remove(&entry.anchor, place);
            }
            self.places.remove(&entry.text);
            self.free.push(place);
        }
        true
    }

    /// Who is told of a name: those who are subscribed to the very name, then those of other patterns in the order in which these
    /// were first subscribed to.
    pub(in crate::bus) fn told(&self, name: &str) -> Vec<Arc<S>> {
        let exact = self.places.get(name).copied();
        let mut others: Vec<&Entry<S>> = Vec::new();
        self.anchors.candidates(name, |place| {
            if Some(place) != exact
                && let Some(entry) = self.entry(place)
                && entry.glob.matches(name)
            {
                others.push(entry);
            }
        });
        others.sort_unstable_by_key(|entry| entry.order);
        others.dedup_by_key(|entry| entry.order);
        exact
            .and_then(|place| self.entry(place))
            .into_iter()
            .chain(others)
            .flat_map(|entry| entry.listeners.iter().cloned())
            .collect()
    }

    /// Who is subscribed to the very name.
    pub(in crate::bus) fn exactly(&self, name: &str) -> Vec<Arc<S>> {
        let place = self.places.get(name).copied();
        let entry = place.and_then(|place| self.entry(place));
        entry.map_or_else(Vec::new, |entry| entry.listeners.iter().cloned().collect())
    }

    /// Whether anybody is subscribed to the very name.
    pub(in crate::bus) fn has(&self, name: &str) -> bool {
        let entry = self.places.get(name).and_then(|place| self.entry(*place));
        entry.is_some_and(|entry| !entry.listeners.is_empty())
    }

    /// The patterns that somebody is subscribed to, in no order, with how many these are.
    pub(in crate::bus) fn patterns(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        let entries = self.entries.iter().flatten();
        entries.map(|entry| (&entry.text, entry.listeners.len()))
    }

    fn entry(&self, place: u32) -> Option<&Entry<S>> {
        self.entries.get(place as usize)?.as_ref()
    }

    fn entry_mut(&mut self, place: u32) -> Option<&mut Entry<S>> {
        self.entries.get_mut(place as usize)?.as_mut()
    }
}
