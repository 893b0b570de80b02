//! [`Builder`]: from the parts of a document, one after the other, to its nodes.

use std::collections::HashMap;
use std::sync::Arc;

use audit_core::{Place, Text};

use super::{Content, Node};
use crate::mistake::{Mistake, quoted};

/// How deep lists and maps may nest, aliases followed.
const MAX_DEPTH: usize = 128;
/// The most values that aliases may stand for.
const MAX_ALIASED: u64 = 5_000_000;

/// Builds the nodes of one document.
#[derive(Debug, Default)]
pub(super) struct Builder {
    stack: Vec<Open>,
    /// What the lists and maps that are open hold so far, one behind the other: the innermost one's are the last.
    children: Vec<Node>,
    /// The entries of the map that is being closed.
    entries: Vec<(Node, Node)>,
    anchors: HashMap<usize, Built>,
    aliased: u64,
    root: Option<Node>,
    /// What is wrong and does not keep the rest from being read.
    pub(super) mistakes: Vec<Mistake>,
}

/// A list or map whose end has not come yet.
#[derive(Debug)]
struct Open {
    place: Place,
    /// The number of its anchor; 0 if it has none.
    anchor: usize,
    /// Where its children start.
    first: usize,
    mapping: bool,
    size: u64,
    height: usize,
}

/// A finished node, with what it counts where an alias repeats it.
#[derive(Clone, Debug)]
struct Built {
    node: Node,
    size: u64,
    height: usize,
}

impl Builder {
    /// Whether the document has its one value, all of it.
    pub(super) fn is_complete(&self) -> bool {
        self.root.is_some()
    }

    /// Takes a scalar.
    pub(super) fn scalar(&mut self, node: Node, anchor: usize) {
        let built = Built {
            node,
            size: 1,
            height: 0,
        };
        self.add(built, anchor);
    }

    /// Starts a list, or a map.
    pub(super) fn open(
        &mut self,
        place: Place,
        anchor: usize,
        mapping: bool,
    ) -> Result<(), Mistake> {
        check_depth(self.stack.len() + 1, place)?;
        self.stack.push(Open {
            place,
            anchor,
            first: self.children.len(),
            mapping,
            size: 1,
            height: 1,
        });
        Ok(())
    }

    /// Ends the innermost list or map.
    pub(super) fn close(&mut self) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        let content = if open.mapping {
            Content::Map(self.entries(open.first))
        } else {
            Content::List(self.children.drain(open.first..).collect())
        };
        let node = Node {
            place: open.place,
            content,
        };
        let built = Built {
            node,
            size: open.size,
            height: open.height,
        };
        self.add(built, open.anchor);
    }

    /// Repeats what has this anchor.
    pub(super) fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Mistake> {
        let Some(target) = self.anchors.get(&anchor) else {
            let message = "found an alias inside the very value it refers to";
            return Err(Mistake::at(place, message));
        };
        let mut built = target.clone();
        check_depth(self.stack.len() + built.height, place)?;
        self.aliased = self.aliased.saturating_add(built.size);
        if self.aliased > MAX_ALIASED {
            let message = format!("the aliases stand for more than {MAX_ALIASED} values");
            return Err(Mistake::at(place, message));
        }
        built.node.place = place;
        self.add(built, 0);
        Ok(())
    }

    /// Hands out the root.
    pub(super) fn finish(self) -> Option<Node> {
        self.root
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, built: Built, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(parent) = self.stack.last_mut() else {
            self.root = Some(built.node);
            return;
        };
        parent.size = parent.size.saturating_add(built.size);
        parent.height = parent.height.max(built.height + 1);
        self.children.push(built.node);
    }

    /// Keys and values stand in turn. A key that is no text, or stands twice, is a mistake and left out.
    fn entries(&mut self, first: usize) -> Arc<[(Node, Node)]> {
        let entries = &mut self.entries;
        let mut known = Known::default();
        let mut children = self.children.drain(first..);
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            let Some(text) = key.text() else {
                let hint = "put it into quotes".to_owned();
                let message = format!("found {} as a key, expected a text", key.found());
                self.mistakes
                    .push(Mistake::at(key.place, message).helped(hint));
                continue;
            };
            if let Some(line) = known.line_of(text, entries) {
                let message = format!(
                    "the key {} stands twice, first on line {line}",
                    quoted(text)
                );
                self.mistakes.push(Mistake::at(key.place, message));
                continue;
            }
            known.add(text, key.place.line);
            entries.push((key, value));
        }
        entries.drain(..).collect()
    }
}

/// Up to so many keys are compared one by one.
const FEW: usize = 16;

/// The keys of a map so far: hashed where they are many.
#[derive(Default)]
struct Known {
    many: HashMap<Text<'static>, u32>,
}

impl Known {
    /// The line on which a key stands already.
    fn line_of(&mut self, text: &str, entries: &[(Node, Node)]) -> Option<u32> {
        let mut keys = entries
            .iter()
            .filter_map(|(key, _)| Some((key.text()?, key)));
        if entries.len() < FEW {
            let known = keys.find(|(known, _)| ***known == *text);
            return known.map(|(_, key)| key.place.line);
        }
        if self.many.is_empty() {
            self.many = keys
                .map(|(known, key)| (known.clone(), key.place.line))
                .collect();
        }
        self.many.get(text).copied()
    }

    /// Takes a key that is new.
    fn add(&mut self, text: &Text<'static>, line: u32) {
        if !self.many.is_empty() {
            self.many.insert(text.clone(), line);
        }
    }
}

fn check_depth(depth: usize, place: Place) -> Result<(), Mistake> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    let message = format!("lists and maps nest deeper than {MAX_DEPTH}");
    Err(Mistake::at(place, message))
}
