//! Containing panics of code that is not ours: resolvers, evaluators, observers.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs foreign code; a panic becomes its text.
///
/// The code may leave its own state half changed, which is its own affair: nothing of ours is lent to
/// it except by shared reference.
///
/// # Errors
/// It panicked: the text of that.
#[inline]
pub fn contain<T>(foreign: impl FnOnce() -> T) -> Result<T, String> {
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

/// The most characters of a foreign text that are kept.
pub(crate) const SHOWN_LIMIT: usize = 512;

/// What a foreign value shows of itself, at most 512 characters, cut while it is written. If showing it fails or
/// panics, what was written by then stands.
pub(crate) fn shown(foreign: impl fmt::Display) -> String {
    let mut cut = Cut {
        text: String::new(),
        left: SHOWN_LIMIT,
    };
    let written = contain(|| write!(cut, "{foreign}"));
    discard(foreign);
    if written.is_err() && cut.text.is_empty() {
        cut.text.push_str("a value that panics when it is shown");
    }
    cut.text
}

/// Takes so many characters, then refuses more, which ends whoever writes without end.
struct Cut {
    text: String,
    left: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
    }
}

/// An error and its sources, joined by colons.
pub(crate) struct Chain<E>(pub(crate) E);

/// More sources than any honest error has: one that names itself as its source must end too.
pub(crate) const MAX_SOURCES: usize = 32;

impl<E: AsRef<dyn Error + Send + Sync>> fmt::Display for Chain<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0.as_ref();
        write!(f, "{error}")?;
        let mut source = error.source();
        for _ in 0..MAX_SOURCES {
            let Some(error) = source else { break };
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
