//! [`unknown_action`] and its siblings: what a request holds that the schema does not declare, in words.

use std::sync::Arc;

use crate::mistake::{did_you_mean, listed, quoted};

/// What is wrong, and the nearest word that is right, if one is near.
pub(crate) type Told = (String, Option<String>);

/// An action that the schema does not declare.
pub(crate) fn unknown_action(word: &str, known: &[Arc<str>]) -> Told {
    unknown("action type", word, word, known)
}

/// A field that the schema does not declare; the last word of its path is what may be misspelled.
pub(crate) fn unknown_field(path: &[Arc<str>], known: &[Arc<str>]) -> Told {
    let word = path.last().map_or("", |word| &**word);
    unknown("field", &path.join("."), word, known)
}

/// A value that is not of the type of its field; `found` says what it is.
pub(crate) fn unfit_value(path: &[Arc<str>], found: &str, expected: &str) -> String {
    let (expected, path) = (quoted(expected), quoted(&path.join(".")));
    format!("found {found}, expected {expected} for {path}")
}

fn unknown(what: &str, shown: &str, word: &str, known: &[Arc<str>]) -> Told {
    let known = || known.iter().map(|name| &**name);
    let message = format!(
        "unknown {what} {}, the schema declares {}",
        quoted(shown),
        listed(known())
    );
    (message, did_you_mean(word, known()))
}
