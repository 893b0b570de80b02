//! A query's text, read: `actor:alice action:refund effect:block since:24h`.

mod mistake;
mod scan;
mod term;
mod time;

#[cfg(test)]
mod tests;

use audit_core::Timestamp;

pub(in crate::query) use self::mistake::unknown;
pub use self::mistake::{QueryError, QueryMistake};
use self::scan::Scanner;
use self::term::Reader;
use super::question::Query;

impl Query {
    /// Reads a query's text; `now` is what `since:24h` counts from.
    ///
    /// ```
    /// use audit_trail::Query;
    /// let now = "2026-11-29T12:00:00Z".parse()?;
    /// let query = Query::parse("actor:alice -effect:allow since:24h", now)?;
    /// assert_eq!(query.to_string(), "actor:alice -effect:allow since:2026-11-28T12:00:00.000000000Z");
    /// let error = Query::parse("actr:alice", now).unwrap_err();
    /// assert!(error.to_string().starts_with("column 1: unknown key `actr`, did you mean `actor`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the text, with places.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, QueryError> {
        let mut scanner = Scanner::new(text);
        if text.len() > Self::MAX_TEXT_BYTES {
            scanner.blame(
                scan::Piece { text: "", start: 0 },
                format!(
                    "the query has {} bytes, at most {} are read",
                    text.len(),
                    Self::MAX_TEXT_BYTES
                ),
            );
            return Err(QueryError::new(scanner.mistakes));
        }
        let mut reader = Reader::new(now);
        while let Some(term) = scanner.term() {
            if let Some(refused) = reader.read(&mut scanner, &term) {
                scanner.blame(refused, too_many());
                break;
            }
        }
        let query = reader.finish();
        let mut mistakes = scanner.mistakes;
        if mistakes.is_empty() {
            return Ok(query);
        }
        mistakes.sort_by_key(|mistake| mistake.column);
        Err(QueryError::new(mistakes))
    }
}

fn too_many() -> String {
    let most = Query::MAX_CONDITIONS;
    format!("the query asks for more than {most} values, at most {most} are accepted")
}
