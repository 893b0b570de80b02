//! [`Edge`]: the right edge of a tree, which is all that is needed to grow it.

use super::hash::{Hash, empty_root, node_hash};

/// The right edge of a tree: the roots of the perfect subtrees that its records fall into, from the left. It grows by
/// a record at a time and knows the root at each size; it takes 32 bytes for each set bit of the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    roots: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree without records.
    pub const fn new() -> Self {
        Self {
            size: 0,
            roots: Vec::new(),
        }
    }

    /// The edge of a tree of this size, from the roots of its perfect subtrees, the largest first. `None` if there is not one
    /// for each set bit of `size`.
    pub fn from_roots(size: u64, roots: Vec<Hash>) -> Option<Self> {
        (u32::try_from(roots.len()).ok()? == size.count_ones()).then_some(Self { size, roots })
    }

    /// The roots of its perfect subtrees, the largest first.
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// The records in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Takes in the next record by its [`leaf_hash`](super::leaf_hash).
    #[inline]
    pub fn push(&mut self, leaf: Hash) {
        self.push_and_tell(leaf, |_, _| {});
    }

    /// Tells each node that became complete: its height and its hash, the leaf first.
    #[inline]
    pub(super) fn push_and_tell(&mut self, leaf: Hash, mut complete: impl FnMut(u32, Hash)) {
        let mut node = leaf;
        let merges = self.size.trailing_ones();
        complete(0, node);
        for height in 1..=merges {
            // As many roots stand there as the size has set bits.
            let Some(left) = self.roots.pop() else { break };
            node = node_hash(left, node);
            complete(height, node);
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// The root of the tree: RFC 9162, section 2.1.1.
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev().copied();
        let Some(last) = roots.next() else {
            return empty_root();
        };
        roots.fold(last, |right, left| node_hash(left, right))
    }
}
