//! [`Foreign`]: something of a component's, whose destructor is not ours.

use crate::contain::discard;

/// Something of a component's: a panic of its destructor ends there, wherever it goes. Several that panic at once would end the
/// process, so each stands in one of its own.
pub(super) struct Foreign<T>(Option<T>);

impl<T> Foreign<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Some(value))
    }

    /// It, until it is taken.
    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }

    /// It, until it is taken.
    pub(super) fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut()
    }

    /// Hands it over to whoever is answerable for its end from here on.
    pub(super) fn take(mut self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Drop for Foreign<T> {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}
