//! [`Candidate`]: a record that is held against a query.

use crate::columns::Columns;

use super::page::Record;

/// A record that is held against a [`Query`](crate::Query), with what its store knows of it beyond its bytes: what became of
/// the call of a decision, which another record tells.
///
/// ```
/// use audit_core::Status;
/// use audit_trail::{Columns, Query};
/// use audit_trail::store::Candidate;
///
/// let body = br#"{"v":1,"id":"00000000-0000-7000-8000-000000000001","time":"2026-11-30T12:00:00Z","kind":"decision",
///     "name":"pay","decision":{"effect":"allow","mode":"enforce","duration_ns":100},"site":{"function":"pay"},"seq":7}"#;
/// let columns = Columns::read(body)?;
/// let decision = Candidate::new(7, &columns, body);
/// assert!(Query::new().open().matches_candidate(&decision));
/// // The store has the outcome of the same call, too.
/// let ended = decision.ended("failed");
/// assert!(Query::new().outcome(Status::Failed).matches_candidate(&ended));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Candidate<'r> {
    /// Its place in the trail.
    pub seq: u64,
    /// What can be asked of it.
    pub columns: &'r Columns<'r>,
    /// Its exact bytes.
    pub body: &'r [u8],
    /// What became of it: of a decision the outcome of its call, else what its own bytes tell.
    pub outcome: Option<&'r str>,
    /// Whether it is the decision of a call that has not ended yet.
    pub is_open: bool,
}

impl<'r> Candidate<'r> {
    /// A record of which no more is known than its bytes tell: a decision whose outcome is to follow is open.
    pub fn new(seq: u64, columns: &'r Columns<'r>, body: &'r [u8]) -> Self {
        Self {
            seq,
            columns,
            body,
            outcome: columns.outcome.as_deref(),
            is_open: columns.expects_outcome,
        }
    }

    /// The same, where the call of this decision ended so: in a word of [`Status`](audit_core::Status), as the outcome of the
    /// call tells, or `unknown` if the opening that it began in is over without one. What is neither a decision nor an operation stays as it is.
    #[must_use]
    pub fn ended(mut self, outcome: &'r str) -> Self {
        if self.columns.is_beginning() {
            (self.outcome, self.is_open) = (Some(outcome), false);
        }
        self
    }

    /// A copy for a [`Page`](crate::Page), with what is known of it.
    pub fn to_record(&self) -> Record {
        let mut record = Record::new(self.seq, self.body.to_vec());
        record.outcome = self.outcome.and_then(|word| word.parse().ok());
        record.is_open = self.is_open;
        record
    }
}
