//! [`retention_statement`]: that retention took records, said by whoever holds the key.
//!
//! The database can be written by whoever can write its file. So that nobody else can pass off what he removed as retention,
//! the record of it bears a note that the trail's key signed.

use super::error::NoteError;
use super::key::TrailKey;
use super::signed::SignedNote;
use super::verifier::VerifierKey;

/// The second line, which no checkpoint can have, so that neither passes for the other.
const TITLE: &str = "audit-trail retention v1";

/// Says that retention took so many records, in ranges of this digest, from the trail with this origin: a note whose text is
/// `<origin>\naudit-trail retention v1\n<records>\n<digest>\n`.
///
/// # Errors
/// The origin can't stand in a note.
pub(crate) fn retention_statement(
    origin: &str,
    records: u64,
    digest: &str,
    key: &TrailKey,
) -> Result<String, NoteError> {
    Ok(SignedNote::sign(text(origin, records, digest), key)?.to_string())
}

/// Whether a note says just that, signed by one of these keys.
pub(crate) fn states_retention(
    note: &str,
    origin: &str,
    records: u64,
    digest: &str,
    keys: &[VerifierKey],
) -> bool {
    note.parse::<SignedNote>()
        .is_ok_and(|note| note.text() == text(origin, records, digest) && note.verify(keys).is_ok())
}

fn text(origin: &str, records: u64, digest: &str) -> String {
    format!("{origin}\n{TITLE}\n{records}\n{digest}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_holds_for_what_it_says_and_whom_it_is_from() {
        let (key, other) = (
            TrailKey::generate("a").unwrap(),
            TrailKey::generate("a").unwrap(),
        );
        let note = retention_statement("a", 5, "00ff", &key).unwrap();
        let known = [key.verifier().clone()];
        assert!(states_retention(&note, "a", 5, "00ff", &known));
        assert!(!states_retention(&note, "b", 5, "00ff", &known));
        assert!(!states_retention(&note, "a", 6, "00ff", &known));
        assert!(!states_retention(&note, "a", 5, "00fe", &known));
        assert!(!states_retention(
            &note,
            "a",
            5,
            "00ff",
            &[other.verifier().clone()]
        ));
        assert!(!states_retention("", "a", 5, "00ff", &known));
    }
}
