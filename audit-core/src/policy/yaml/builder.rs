//! [`Builder`]: from the parts of a document, one after the other, to its nodes.

use std::collections::HashMap;
use std::sync::Arc;

use super::words::Words;
use super::{Entry, Failure, Kind, MAX_DEPTH, MAX_NODES, Node, Tag};
use crate::policy::problem::Place;

/// Builds the nodes of one document. Aliases share what they refer to; how much they stand for is only counted.
#[derive(Debug, Default)]
pub(super) struct Builder {
    stack: Vec<Open>,
    /// The finished nodes of every list and map on the stack, those of the innermost last.
    nodes: Vec<Node>,
    words: Words,
    anchors: HashMap<usize, Built>,
    root: Option<Node>,
}

/// What is written before a value.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) place: Place,
    pub(super) tag: Option<Box<Tag>>,
    /// The number of its anchor; 0 if it has none.
    pub(super) anchor: usize,
}

/// A list or map whose end has not come yet.
#[derive(Debug)]
struct Open {
    head: Head,
    /// Where its nodes start.
    start: usize,
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
    pub(super) fn scalar(&mut self, head: Head, text: &str, plain: bool) -> Result<(), Failure> {
        // YAML 1.2 allows what follows; YAML 1.1, which version 1 was built on, does not.
        if plain && text.is_empty() && head.tag.is_none() && head.anchor == 0 && self.expects_key()
        {
            return Err(Failure::syntax(
                head.place,
                "found `:` without a key before it",
            ));
        }
        if plain && text.starts_with(['|', '>']) {
            let message = "found a text that starts with `|` or `>` between brackets, expected quotes around it";
            let hint = "operators are words, such as `greater_than` and `greater_or_equal`";
            return Err(Failure {
                hint: Some(hint.to_owned()),
                ..Failure::syntax(head.place, message)
            });
        }
        let kind = Kind::Scalar {
            text: self.words.share(text),
            plain,
        };
        let node = Node {
            place: head.place,
            tag: head.tag,
            kind,
            whole: true,
        };
        self.add(
            Built {
                node,
                size: 1,
                height: 0,
            },
            head.anchor,
        )
    }

    /// Starts a list, or a map.
    pub(super) fn open(&mut self, head: Head, mapping: bool) -> Result<(), Failure> {
        check_depth(self.stack.len() + 1, head.place)?;
        self.stack.push(Open {
            head,
            start: self.nodes.len(),
            mapping,
            size: 1,
            height: 1,
        });
        Ok(())
    }

    /// Ends the innermost list or map; `whole` says whether the text did so, or broke off.
    pub(super) fn close(&mut self, whole: bool) -> Result<(), Failure> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let nodes = self.nodes.drain(open.start..);
        let kind = if open.mapping {
            Kind::Mapping(entries(nodes))
        } else {
            Kind::Sequence(nodes.collect())
        };
        let node = Node {
            place: open.head.place,
            tag: open.head.tag,
            kind,
            whole,
        };
        self.add(
            Built {
                node,
                size: open.size,
                height: open.height,
            },
            open.head.anchor,
        )
    }

    /// Repeats what has this anchor.
    pub(super) fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Failure> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(Failure::syntax(
                place,
                "found an alias inside the very value it refers to",
            ));
        };
        let mut built = target.clone();
        check_depth(self.stack.len() + built.height, place)?;
        built.node.place = place;
        self.add(built, 0)
    }

    /// Takes back the last scalar of the innermost list or map.
    pub(super) fn retract(&mut self) {
        let start = self.stack.last().map_or(0, |open| open.start);
        if self.nodes.len() > start {
            self.nodes.pop();
        }
    }

    /// Closes what the end of a broken text left open, and hands out the root.
    pub(super) fn finish(mut self) -> Option<Node> {
        while !self.stack.is_empty() {
            // Nothing is added that was not counted, so no limit can be met here.
            self.close(false).ok()?;
        }
        self.root
    }

    /// Whether the next node is a key.
    fn expects_key(&self) -> bool {
        self.stack
            .last()
            .is_some_and(|open| open.mapping && (self.nodes.len() - open.start).is_multiple_of(2))
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, built: Built, anchor: usize) -> Result<(), Failure> {
        if anchor > 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(parent) = self.stack.last_mut() else {
            self.root = Some(built.node);
            return Ok(());
        };
        parent.size = parent.size.saturating_add(built.size);
        parent.height = parent.height.max(built.height + 1);
        if parent.size > MAX_NODES {
            let message = format!(
                "the text stands for more than {MAX_NODES} values once its aliases are followed"
            );
            return Err(Failure::too_large(Some(built.node.place), message));
        }
        self.nodes.push(built.node);
        Ok(())
    }
}

/// Keys and values stand in turn; the last key of a broken text has no value.
fn entries(mut nodes: impl ExactSizeIterator<Item = Node>) -> Arc<[Entry]> {
    // An exact length lets the entries be put where they stay at once.
    let count = nodes.len().div_ceil(2);
    let next = |_| {
        let cut = |place| Node {
            place,
            tag: None,
            kind: Kind::Cut,
            whole: false,
        };
        let key = nodes.next().unwrap_or_else(|| cut(Place::START));
        let value = nodes.next().unwrap_or_else(|| cut(key.place));
        [key, value]
    };
    (0..count).map(next).collect()
}

fn check_depth(depth: usize, place: Place) -> Result<(), Failure> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Failure::too_large(
        Some(place),
        format!("lists and maps nest deeper than {MAX_DEPTH}"),
    ))
}
