//! What the worker of a queued sink does.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::contain::discard;
use crate::worker::{self, Queue, Terms, Work};

use super::account::Account;
use super::queue::{Line, Waiting, is_held};
use super::watch;
use super::{Sink, SinkError};

/// Starts the worker of a sink.
///
/// # Errors
/// The operating system refuses a thread.
pub(super) fn start(
    sink: Arc<dyn Sink>,
    account: &Arc<Account>,
    capacity: usize,
    timeout: Duration,
) -> io::Result<Queue<Waiting>> {
    let terms = Terms {
        capacity,
        timeout: Some(timeout),
    };
    worker::start(account.name(), terms, |queue| Desk {
        sink: Some(sink),
        line: Line {
            account: Arc::clone(account),
            queue: queue.clone(),
        },
    })
}

/// A queued sink at its work.
struct Desk {
    /// There until it is dropped.
    sink: Option<Arc<dyn Sink>>,
    line: Line,
}

impl Work for Desk {
    type Item = Waiting;
    type Done = Option<Result<(), SinkError>>;

    fn take(&mut self, waiting: &Waiting) -> Self::Done {
        let Line { queue, .. } = &self.line;
        if queue.terms().timeout.is_some() && queue.begin_watch() {
            watch::add(self.line.clone());
        }
        let sink = self.sink.as_deref()?;
        // It may have failed since that was put in.
        if self.line.account.is_spared(&waiting.emission()) {
            return None;
        }
        let _within = waiting.enter();
        self.line.account.hand(sink, &waiting.emission())
    }

    fn settle(&mut self, waiting: Waiting, done: Self::Done) {
        let Line { account, queue } = &self.line;
        account.show_depth(|| queue.waiting());
        let within = waiting.enter();
        account.show_return(|| is_held(queue));
        let notice = match done {
            None => None,
            Some(Ok(())) => account.taken(&waiting.emission()),
            Some(Err(error)) => account.missed(&waiting.emission(), &error),
        };
        drop(within);
        discard(waiting);
        if let Some(notice) = notice {
            account.tell(notice);
        }
    }

    fn flush(&mut self) -> bool {
        let sink = self.sink.as_deref();
        sink.is_none_or(|sink| self.line.account.flush(sink))
    }
}

impl Drop for Desk {
    /// What it has missed is told, then what it holds back sent on. Neither that nor a sink's destructor is ours, and may take for ever.
    fn drop(&mut self) {
        watch::forget(&self.line.queue);
        self.line.account.give_up();
        let _flushed = self.flush();
        discard(self.sink.take());
    }
}
