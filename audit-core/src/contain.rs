//! Containing panics of code that is not ours: resolvers, evaluators, observers.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs foreign code; a panic becomes its text.
///
/// The code may leave its own state half changed, which is its own affair: nothing of ours is lent to
/// it except by shared reference.
#[inline]
pub(crate) fn contain<T>(foreign: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(foreign)).map_err(text_of)
}

/// Drops a value whose destructor may run foreign code; a panic there ends there.
pub(crate) fn discard<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        drop(text_of(payload));
    }
}

/// The text of a panic. Its payload is dropped under guard too, as that may panic again.
#[cold]
fn text_of(payload: Box<dyn Any + Send>) -> String {
    let text = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "a panic without text".to_owned(),
    };
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // A payload that panics while it is dropped, twice over, is beyond help: it is leaked.
        std::mem::forget(second);
    }
    text
}
