//! [`foreign`]: how subscribers of `tracing` and recorders of `metrics` are called.

use std::cell::Cell;

use crate::contain::{contain, discard};

/// What all spans and events of this path have as their target.
pub(super) const TARGET: &str = "audit::observability";

thread_local! {
    /// Whether one of them is at work on this thread.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs what calls them. Their panic ends here; and what they do is not told to them: one that calls an annotated function
/// would never end. `None` in both cases, and on a thread that is ending.
pub(super) fn foreign<T>(call: impl FnOnce() -> T) -> Option<T> {
    if INSIDE
        .try_with(|inside| inside.replace(true))
        .unwrap_or(true)
    {
        return None;
    }
    let done = contain(call);
    let _gone = INSIDE.try_with(|inside| inside.set(false));
    done.ok()
}

/// Lets go of what holds on to a subscriber: a span that ends by it is told of as all else is.
pub(super) fn let_go<T>(held: T) {
    let mut held = Some(held);
    let _contained = foreign(|| drop(held.take()));
    // It is still there where one of them is at work, which is told of nothing.
    discard(held);
}
