//! [`Calling`]: in which handlers, runnables and tasks this thread is, one within the other.

use std::cell::RefCell;

thread_local! {
    /// In what this thread is. An address is that of one thing as long as it stands here: work of it is under way, which keeps it.
    static HERE: RefCell<Vec<Occupant>> = const { RefCell::new(Vec::new()) };
}

/// Tells one handler, one runnable or one task from all others that are there, by where something is that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occupant(usize);

impl Occupant {
    pub(crate) fn of<T>(kept: &T) -> Self {
        Self(std::ptr::from_ref(kept).addr())
    }
}

/// Says that this thread is in one of them, until dropped.
#[derive(Debug)]
pub(crate) struct Calling(());

impl Calling {
    #[inline]
    pub(crate) fn new(occupant: Occupant) -> Self {
        let _ending = HERE.try_with(|here| here.borrow_mut().push(occupant));
        Self(())
    }
}

impl Drop for Calling {
    #[inline]
    fn drop(&mut self) {
        let _ending = HERE.try_with(|here| here.borrow_mut().pop());
    }
}

/// How often this thread is in it: whoever waits here for these calls waits for himself.
pub(crate) fn times_here(occupant: Occupant) -> u64 {
    let times = HERE.try_with(|here| here.borrow().iter().filter(|one| **one == occupant).count());
    times.map_or(0, |times| times as u64)
}
