//! The caller's side: from a fact to a place in the queue.

use std::cell::RefCell;
use std::time::Duration;

use audit_core::{
    Delivery, EventKind, Fact, RecordError, RecordErrorKind, Recorded, Recorder, Terms,
};

use crate::cut::{self, cut};
use crate::queue::{Item, Keep};

use super::error::TrailError;
use super::handle::Trail;

thread_local! {
    /// Where JSON is written before it is as long as it will be.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// How much memory a thread keeps for its next record.
const KEPT_BUFFER: usize = 256 * 1024;

impl Recorder for Trail {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        let planned = if fact.is_listed() {
            self.inner.plan.of(fact.name())
        } else {
            Some(self.inner.plan.otherwise())
        };
        let Some(planned) = planned else {
            return Recorded::Unwanted;
        };
        let delivery = terms.delivery.unwrap_or(planned);
        self.take(
            fact,
            delivery,
            terms.timeout,
            terms.must_keep,
            terms.may_block,
        )
    }

    fn flush(&self, timeout: Duration) -> bool {
        Self::flush(self, timeout).is_ok()
    }

    fn planned(&self, action: &str) -> Option<Delivery> {
        self.inner.plan.of(action)
    }
}

impl Trail {
    /// Puts a fact into the queue.
    pub(super) fn take(
        &self,
        fact: &Fact<'_>,
        delivery: Delivery,
        timeout: Option<Duration>,
        must_keep: bool,
        may_block: bool,
    ) -> Recorded {
        // A forked child has this memory and none of its threads: nothing would ever be written, nor any lock be freed.
        if self.inner.process != audit_process::id() {
            return Recorded::Lost(delivery, forked());
        }
        let (body, time) = (json(fact), fact.time());
        let queue = &self.inner.queue;
        let durable = delivery == Delivery::Durable;
        let is_outcome = fact.kind() == EventKind::Outcome;
        let keep = match delivery {
            _ if must_keep => Keep::Always,
            Delivery::BestEffort => Keep::BestEffort,
            Delivery::Durable if is_outcome => Keep::Refused,
            Delivery::Durable => Keep::Durable,
            Delivery::Buffered => Keep::Buffered,
        };
        // Nobody waits for the outcome of a call.
        let (receipt, waits) = (durable && !is_outcome)
            .then(|| queue.receipt(timeout.unwrap_or(self.inner.durable_timeout)))
            .unzip();
        let item = Item {
            body,
            time,
            keep,
            waits,
        };
        let pushed = queue.push(item, delivery, may_block);
        #[cfg(feature = "observability")]
        queue.show(&self.inner.origin);
        match (pushed, receipt) {
            (Recorded::Taken(delivery), Some(receipt)) => Recorded::Pending(delivery, receipt),
            (recorded, _) => recorded,
        }
    }
}

#[cold]
fn forked() -> RecordError {
    RecordError::new(RecordErrorKind::Closed, TrailError::Forked)
}

/// The fact's JSON, in memory of its own.
fn json(fact: &Fact<'_>) -> Box<[u8]> {
    let write = |paper: &mut Vec<u8>| {
        let written = fact.json_on(paper);
        let body = if written.len() > cut::SAFE {
            let mut whole = written.to_vec();
            cut(&mut whole);
            whole.into()
        } else {
            written.into()
        };
        if paper.capacity() > KEPT_BUFFER {
            *paper = Vec::new();
        }
        body
    };
    // A thread that ends has no buffer any more, and a value's own `Serialize` may record something itself.
    let written = BUFFER.try_with(|buffer| Some(write(&mut *buffer.try_borrow_mut().ok()?)));
    match written {
        Ok(Some(body)) => body,
        _ => write(&mut Vec::new()),
    }
}
