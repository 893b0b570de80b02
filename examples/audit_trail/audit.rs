//! The audit component: sees every event and keeps all that happens on the bus in a trail, and nobody knows of it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit_core::bus::DomainEvent;
use audit_core::{BoxError, Status, component};
use audit_trail::{Trail, TrailError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::line::line;
use crate::paper::Paper;

/// How long its end may take.
const CLOSE: Duration = Duration::from_secs(10);

/// Prints events, keeps records, answers questions.
pub(crate) struct Audit {
    paper: Paper,
    trail: Trail,
    entries: Mutex<Vec<String>>,
}

/// What can be asked of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// The transfers that somebody made in the last so many hours.
    Transfers { by: String, hours: u32 },
    /// The events in which an account takes part.
    Events { account: String },
    /// What was tried and failed, or was denied.
    FailedOperations,
    /// All that was done on the bus, in order.
    Operations,
}

impl Audit {
    /// With a trail in this file, and paper for what it sees.
    pub(crate) fn open(path: &Path, paper: Paper) -> Result<Self, TrailError> {
        Ok(Self {
            paper,
            trail: Trail::open(path)?,
            entries: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The records that answer any of these queries, in the order in which they were written.
    fn ask(&self, queries: &[String]) -> Result<Vec<Value>, BoxError> {
        self.trail.flush(CLOSE)?;
        let mut found = Vec::new();
        for query in queries {
            let query = self.trail.query(query)?;
            for record in self.trail.answers(query) {
                let record = record?;
                found.push((record.seq, record));
            }
        }
        found.sort_by_key(|(seq, _)| *seq);
        found.dedup_by_key(|(seq, _)| *seq);
        let read = found.iter().map(|(_, record)| {
            let mut event: Map<String, Value> = serde_json::from_slice(&record.body)?;
            if record
                .outcome
                .is_some_and(|status| status != Status::Completed)
            {
                event.insert("why".to_owned(), self.why(&event)?);
            }
            event.insert("ended".to_owned(), json!(record.outcome));
            Ok(event.into())
        });
        read.collect()
    }

    /// Why an operation failed: its end says so, which is a record of its own.
    fn why(&self, operation: &Map<String, Value>) -> Result<Value, BoxError> {
        let id = operation.get("id").and_then(Value::as_str);
        let query = format!("kind:outcome call:{}", id.unwrap_or_default());
        let end = self.trail.answers(self.trail.query(&query)?).next();
        let Some(end) = end.transpose()? else {
            return Ok(Value::Null);
        };
        let end: Value = serde_json::from_slice(&end.body)?;
        Ok(end.pointer("/outcome/error").cloned().unwrap_or_default())
    }
}

#[component(
    "audit",
    version = "1.0",
    description = "keeps what happens on the bus"
)]
impl Audit {
    #[activate]
    fn start(&self) {
        audit_core::set_recorder(self.trail.clone());
    }

    #[deactivate]
    fn stop(&self) -> Result<(), TrailError> {
        audit_core::clear_recorder();
        self.trail.close(CLOSE)
    }

    #[subscribe("*", description = "prints and keeps every event")]
    fn note(&self, event: &DomainEvent) -> Result<(), BoxError> {
        let data = event.json()?;
        let entry = line(&json!({"event": event.name(), "data": data}))?;
        self.paper.line(format_args!("    [audit] {entry}"))?;
        self.lock().push(entry);
        Ok(())
    }

    #[runnable("entries", description = "the events that were seen")]
    fn entries(&self) -> Vec<String> {
        self.lock().clone()
    }

    #[runnable("query", description = "what the trail answers")]
    fn query(&self, question: Question) -> Result<Vec<Value>, BoxError> {
        let queries = match question {
            Question::Transfers { by, hours } => {
                vec![format!(
                    "kind:event name:account.transfer field.data.from:{by:?} since:{hours}h"
                )]
            }
            Question::Events { account } => {
                let part = |side| format!("kind:event field.data.{side}:{account:?}");
                vec![part("from"), part("to")]
            }
            Question::FailedOperations => {
                vec!["kind:operation outcome:failed,refused,panicked,cancelled".to_owned()]
            }
            Question::Operations => vec!["kind:operation,event".to_owned()],
        };
        self.ask(&queries)
    }
}
