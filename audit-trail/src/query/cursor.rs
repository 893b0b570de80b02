//! [`Cursor`]: where the next page of a query's answer begins.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::question::{Order, Query};
use super::quote::shown;

/// Where the next page of a query's answer begins: behind a record, in the order of the query.
///
/// Its text can be handed out and taken back. It belongs to one question, but for the times that this asks within:
/// `since:24h` moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    time: i64,
    seq: u64,
    question: [u8; 8],
}

/// The first byte of a cursor, before it is text.
const VERSION: u8 = 1;
/// Version, time, place, question and check.
const BYTES: usize = 1 + 8 + 8 + 8 + 4;

impl Cursor {
    /// Behind the record at this time (nanoseconds since 1970, UTC) and place: what a page's [`next`](crate::Page::next) is, where
    /// that record is its last.
    pub fn behind(query: &Query, time: i64, seq: u64) -> Self {
        let question = fingerprint(query);
        Self {
            time,
            seq,
            question,
        }
    }

    /// Refuses a cursor that another question gave.
    ///
    /// # Errors
    /// It did.
    pub fn check(&self, query: &Query) -> Result<(), CursorError> {
        if self.question == fingerprint(query) {
            return Ok(());
        }
        Err(CursorError {
            text: self.to_string(),
            is_foreign: true,
        })
    }

    /// The time of the record that it stands behind, in nanoseconds since 1970, UTC.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// The place of the record that it stands behind.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether the record at this time and place is still to come behind this cursor, in the order of its query.
    pub fn is_before(&self, order: Order, time: i64, seq: u64) -> bool {
        match order {
            Order::Newest => (time, seq) < (self.time, self.seq),
            Order::Oldest => (time, seq) > (self.time, self.seq),
        }
    }

    fn payload(&self) -> [u8; BYTES - 4] {
        let mut bytes = [VERSION; BYTES - 4];
        let parts = [
            self.time.to_be_bytes(),
            self.seq.to_be_bytes(),
            self.question,
        ];
        for (to, from) in bytes.iter_mut().skip(1).zip(parts.as_flattened()) {
            *to = *from;
        }
        bytes
    }
}

/// What a question is told from another by, whenever it is asked.
fn fingerprint(query: &Query) -> [u8; 8] {
    let mut timeless = query.clone();
    (timeless.since, timeless.until) = (None, None);
    let mut hasher = Sha256::new_with_prefix(timeless.to_string());
    for tenant in query.tenants() {
        // No text has one of these, so no question of anybody's looks like that of a tenant.
        hasher.update([0]);
        hasher.update(tenant);
    }
    first(&hasher.finalize())
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = self.payload();
        let check: [u8; 4] = first(&Sha256::digest(payload));
        f.write_str(&URL_SAFE_NO_PAD.encode([&payload[..], &check[..]].concat()))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
            let (payload, check) = bytes.split_at_checked(BYTES - 4)?;
            let right: [u8; 4] = first(&Sha256::digest(payload));
            let (version, parts) = payload.split_first()?;
            if check != right || *version != VERSION {
                return None;
            }
            let (parts, _) = parts.as_chunks::<8>();
            let [time, seq, question] = parts else {
                return None;
            };
            Some(Self {
                time: i64::from_be_bytes(*time),
                seq: u64::from_be_bytes(*seq),
                question: *question,
            })
        };
        read().ok_or_else(|| CursorError {
            text: text.to_owned(),
            is_foreign: false,
        })
    }
}

/// A cursor that can't be gone on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorError {
    text: String,
    is_foreign: bool,
}

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = shown(&self.text);
        if self.is_foreign {
            write!(
                f,
                "cursor `{text}` was given by another query, expected one of this query"
            )
        } else {
            write!(
                f,
                "`{text}` is no cursor, expected one as a page gave it, unchanged"
            )
        }
    }
}

impl std::error::Error for CursorError {}

#[cfg(test)]
mod tests {
    use audit_core::{Effect, Timestamp};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_back_and_one_with_a_letter_changed_is_refused(
            time: i64, seq: u64, place in 0_usize..39, letter in "[A-Za-z0-9_-]"
        ) {
            let cursor = Cursor::behind(&Query::new(), time, seq);
            let text = cursor.to_string();
            prop_assert_eq!(text.parse(), Ok(cursor));
            let mut changed = text.clone();
            changed.replace_range(place..=place, &letter);
            prop_assert_eq!(changed.parse::<Cursor>().is_ok(), changed == text);
        }
    }

    #[test]
    fn a_cursor_of_another_query_is_refused_but_time_may_move_on() {
        let asked = Query::new().effect(Effect::Block);
        let cursor = Cursor::behind(&asked, 5, 6);
        assert_eq!(cursor.check(&asked), Ok(()));
        let later = asked.clone().since(Timestamp::from_nanos(9));
        assert_eq!(cursor.check(&later), Ok(()));
        for other in [
            Query::new(),
            asked.clone().actor("alice"),
            asked.clone().order(Order::Oldest),
        ] {
            let error = cursor.check(&other).unwrap_err().to_string();
            assert!(error.contains("was given by another query"), "{error}");
        }
    }

    #[test]
    fn a_garbled_cursor_is_named() {
        for text in ["", "abc", "no cursor at all", "\u{1b}[31m"] {
            let error = text.parse::<Cursor>().unwrap_err().to_string();
            assert!(error.contains("is no cursor, expected"), "{error}");
            assert!(!error.contains('\u{1b}'), "{error}");
        }
    }
}
