//! [`Tail`]: records that stand in no index yet, read from their bytes.

use std::collections::HashMap;

use audit_core::EventKind;
use rusqlite::{Connection, OptionalExtension};

use crate::columns::Columns;
use crate::query::{Candidate, Query};

/// Records that stand in no index yet, and what they tell of those that do.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// How calls ended whose outcome stands in the tail, by the identifier of their decision.
    pub(super) ended: HashMap<[u8; 16], Box<str>>,
}

impl Tail {
    /// Hands on every record that no index answers for: those of the tail and, where it matters how calls ended, those
    /// indexed decisions whose call ended in the tail.
    pub(super) fn read(
        conn: &Connection,
        query: &Query,
        outcomes_matter: bool,
        mut each: impl FnMut(&Candidate<'_>),
    ) -> rusqlite::Result<Self> {
        let indexed: Option<i64> = conn
            .prepare_cached("SELECT indexed FROM head")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let indexed = indexed.unwrap_or(0);
        let mut tail = Self::default();
        // Decisions of the tail wait until all outcomes are read, if these matter.
        let mut waiting: HashMap<[u8; 16], i64> = HashMap::new();
        let mut rows = conn.prepare_cached("SELECT seq, body FROM record WHERE seq >= ?1")?;
        let mut rows = rows.query([indexed])?;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob()?;
            let Ok(columns) = Columns::read(body) else {
                continue;
            };
            if columns.kind == EventKind::Outcome
                && let (Some(call), Some(outcome)) = (columns.call, &columns.outcome)
            {
                tail.ended.insert(call, outcome.as_ref().into());
            }
            if outcomes_matter && columns.is_beginning() {
                waiting.insert(columns.id, seq);
            } else {
                tail.hand_on(query, seq, &columns, body, &mut each);
            }
        }
        let mut body_of = conn.prepare_cached("SELECT body FROM record WHERE seq = ?1")?;
        let mut hand_on = |seq: i64| -> rusqlite::Result<()> {
            let mut rows = body_of.query([seq])?;
            if let Some(row) = rows.next()? {
                let body = row.get_ref(0)?.as_blob()?;
                if let Ok(columns) = Columns::read(body) {
                    tail.hand_on(query, seq, &columns, body, &mut each);
                }
            }
            Ok(())
        };
        if outcomes_matter {
            let mut indexed = conn.prepare_cached(
                "SELECT seq FROM entry INDEXED BY entry_id WHERE id = ?1
                    AND kind IN ('decision', 'operation')",
            )?;
            for call in tail.ended.keys() {
                if !waiting.contains_key(call)
                    && let Some(seq) = indexed.query_row([call], |row| row.get(0)).optional()?
                {
                    hand_on(seq)?;
                }
            }
        }
        for seq in waiting.into_values() {
            hand_on(seq)?;
        }
        Ok(tail)
    }

    fn hand_on(
        &self,
        query: &Query,
        seq: i64,
        columns: &Columns<'_>,
        body: &[u8],
        each: &mut impl FnMut(&Candidate<'_>),
    ) {
        let known = self.known(seq, columns, body, columns.expects_outcome, None);
        if query.matches_candidate(&known) {
            each(&known);
        }
    }

    /// A record with what the tail tells of its call, before what the index tells.
    pub(super) fn known<'r>(
        &'r self,
        seq: i64,
        columns: &'r Columns<'r>,
        body: &'r [u8],
        is_open: bool,
        outcome: Option<&'r str>,
    ) -> Candidate<'r> {
        let (outcome, is_open) = if columns.is_beginning() {
            match self.ended.get(&columns.id) {
                Some(ended) => (Some(&**ended), false),
                None => (outcome, is_open),
            }
        } else {
            (columns.outcome.as_deref(), false)
        };
        Candidate {
            seq: u64::try_from(seq).unwrap_or(0),
            columns,
            body,
            outcome,
            is_open,
        }
    }
}
