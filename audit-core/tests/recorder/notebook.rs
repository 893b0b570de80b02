//! A recorder that keeps JSON in memory, and lets a test say when and whether a record is kept.

#![allow(dead_code, reason = "every test binary uses its own part of this")]

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use audit_core::{
    Acknowledgement, Delivery, Fact, Receipt, RecordError, RecordErrorKind, Recorded, Recorder,
    Terms,
};
use serde_json::Value;

/// What a notebook answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Taken, under the terms asked for, else buffered.
    Take,
    /// A durable decision has to be waited for; all else is taken.
    Hold,
    /// Not wanted.
    Leave,
    /// Lost, in this way.
    Lose(RecordErrorKind),
    /// It panics.
    Panic,
}

/// A recorder in memory.
pub(crate) struct Notebook {
    pages: Mutex<Pages>,
    turned: Condvar,
}

struct Pages {
    answer: Answer,
    records: Vec<Value>,
    terms: Vec<Terms>,
    held: Vec<Acknowledgement>,
}

impl Notebook {
    pub(crate) fn that(answer: Answer) -> Arc<Self> {
        Arc::new(Self {
            pages: Mutex::new(Pages {
                answer,
                records: Vec::new(),
                terms: Vec::new(),
                held: Vec::new(),
            }),
            turned: Condvar::new(),
        })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap()
    }

    /// What was recorded, as JSON, in order.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.pages().records.clone()
    }

    /// What was recorded, as `kind name` and for an outcome its status.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |record: &Value| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let status = text(&record["outcome"]["status"]);
            let line = format!(
                "{} {} {status}",
                text(&record["kind"]),
                text(&record["name"])
            );
            line.trim_end().to_owned()
        };
        self.records().iter().map(line).collect()
    }

    /// The terms of each record.
    pub(crate) fn terms(&self) -> Vec<Terms> {
        self.pages().terms.clone()
    }

    /// Waits until a record is held, and takes it.
    pub(crate) fn held(&self) -> Acknowledgement {
        let pages = self
            .turned
            .wait_while(self.pages(), |pages| pages.held.is_empty());
        pages.unwrap().held.remove(0)
    }

    /// Whether a record is held.
    pub(crate) fn holds(&self) -> bool {
        !self.pages().held.is_empty()
    }
}

impl Recorder for Notebook {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        let mut json = Vec::new();
        fact.write_json(&mut json);
        let delivery = terms.delivery.unwrap_or(Delivery::Buffered);
        let mut pages = self.pages();
        let answer = pages.answer;
        match answer {
            Answer::Leave => return Recorded::Unwanted,
            Answer::Lose(kind) => {
                return Recorded::Lost(delivery, RecordError::new(kind, "/var/secret/audit.db"));
            }
            Answer::Panic => {
                drop(pages);
                panic!("the notebook burns");
            }
            Answer::Take | Answer::Hold => {}
        }
        pages.records.push(serde_json::from_slice(&json).unwrap());
        pages.terms.push(*terms);
        if answer == Answer::Hold
            && delivery == Delivery::Durable
            && !matches!(fact, Fact::Outcome(_))
        {
            let (receipt, held) = Receipt::pair();
            pages.held.push(held);
            self.turned.notify_all();
            return Recorded::Pending(delivery, receipt);
        }
        Recorded::Taken(delivery)
    }

    fn flush(&self, _: Duration) -> bool {
        self.pages().held.is_empty()
    }
}
