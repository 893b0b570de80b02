//! [`QueryError`]: everything wrong with the text of a query.

use std::fmt;

use crate::query::quote::shown;

/// Everything wrong with the text of a query, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    mistakes: Vec<QueryMistake>,
}

/// One thing wrong with the text of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryMistake {
    /// Where it stands, in letters from 1.
    pub column: usize,
    /// How many letters it has.
    pub length: usize,
    /// What was found and what is accepted, on one line.
    pub message: String,
}

impl QueryError {
    pub(super) fn new(mistakes: Vec<QueryMistake>) -> Self {
        Self { mistakes }
    }

    /// What is wrong, in the order of the text.
    pub fn mistakes(&self) -> &[QueryMistake] {
        &self.mistakes
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.mistakes.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "column {}: {}", mistake.column, mistake.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

/// `unknown key `actr`, did you mean `actor`? expected one of …`
pub(in crate::query) fn unknown(kind: &str, word: &str, accepted: &[&str]) -> String {
    let hint = nearest(word, accepted).map_or_else(
        || ",".to_owned(),
        |near| format!(", did you mean `{near}`?"),
    );
    format!(
        "unknown {kind} `{}`{hint} expected one of `{}`",
        shown(word),
        accepted.join("`, `")
    )
}

/// The accepted word that is at most two edits away in any case of its letters.
fn nearest<'a>(word: &str, accepted: &[&'a str]) -> Option<&'a str> {
    /// Longer words are not compared.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let with_edits = accepted
        .iter()
        .map(|near| (strsim::osa_distance(&lower, near), *near));
    let (edits, near) = with_edits.min_by_key(|(edits, _)| *edits)?;
    // Two edits turn any word of two letters into any other.
    (edits <= 2 && edits < near.len()).then_some(near)
}
