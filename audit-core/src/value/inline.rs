//! [`InlineVec`]: a list whose first items stand in place.

use std::ops::Deref;

use arrayvec::ArrayVec;

/// A list whose first `N` items take no allocation.
///
/// The well-known crates for this are invariant in the lifetime of their items, which would tie a
/// borrowed request to exactly one lifetime; this one shrinks like a reference does.
#[derive(Clone, Debug)]
pub(super) enum InlineVec<T, const N: usize> {
    InPlace(ArrayVec<T, N>),
    Heap(Vec<T>),
}

impl<T, const N: usize> InlineVec<T, N> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self::InPlace(ArrayVec::new_const())
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        match self {
            Self::InPlace(items) => {
                if let Err(full) = items.try_push(item) {
                    self.spill(full.element());
                }
            }
            Self::Heap(items) => items.push(item),
        }
    }

    /// Moves everything to the heap, and one more.
    #[cold]
    fn spill(&mut self, item: T) {
        if let Self::InPlace(items) = self {
            let mut heap = Vec::with_capacity(N * 2);
            heap.extend(items.drain(..));
            heap.push(item);
            *self = Self::Heap(heap);
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::InPlace(items) => items,
            Self::Heap(items) => items,
        }
    }

    /// The items for which `keep` says so.
    pub(super) fn retain(&mut self, keep: impl FnMut(&mut T) -> bool) {
        match self {
            Self::InPlace(items) => items.retain(keep),
            Self::Heap(items) => items.retain_mut(keep),
        }
    }

    /// What becomes of every item.
    pub(super) fn map_each<U>(&self, change: impl Fn(&T) -> U) -> InlineVec<U, N> {
        match self {
            Self::InPlace(items) => InlineVec::InPlace(items.iter().map(change).collect()),
            Self::Heap(items) => InlineVec::Heap(items.iter().map(change).collect()),
        }
    }

    /// Every item, changed.
    pub(super) fn map<U>(self, change: impl Fn(T) -> U) -> InlineVec<U, N> {
        match self {
            Self::InPlace(items) => InlineVec::InPlace(items.into_iter().map(change).collect()),
            Self::Heap(items) => InlineVec::Heap(items.into_iter().map(change).collect()),
        }
    }
}

impl<T, const N: usize> Deref for InlineVec<T, N> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::InPlace(items) => items,
            Self::Heap(items) => items,
        }
    }
}

impl<T, const N: usize> Default for InlineVec<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for InlineVec<T, N> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T, const N: usize> FromIterator<T> for InlineVec<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::new();
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}
