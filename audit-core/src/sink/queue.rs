//! What the worker of a queued sink does.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::contain::discard;
use crate::event::Event;
use crate::observability;
use crate::redaction::RedactionKey;
use crate::worker::{self, Queue, Refusal, Terms, Work};

use super::account::Account;
use super::watch::{self, Watched};
use super::{Emission, Sink, SinkError};

/// An event on its way through a queue, shared with all other sinks.
#[derive(Clone)]
pub(super) struct Waiting {
    event: Arc<Event<'static>>,
    /// For what the sink's own rules hash.
    key: Option<RedactionKey>,
}

impl Waiting {
    fn emission(&self) -> Emission<'_> {
        Emission::of(&self.event, self.key.as_ref())
    }
}

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
    worker::start(&account.name, terms, |queue| Desk {
        sink: Some(sink),
        watched: Watched {
            account: Arc::clone(account),
            queue: queue.clone(),
        },
    })
}

/// Puts an event into a sink's queue.
///
/// # Errors
/// Why it is not there.
pub(super) fn put(
    queue: &Queue<Waiting>,
    account: &Account,
    emission: &Emission<'_>,
) -> Result<(), (Refusal, SinkError)> {
    // A copy costs more than to look whether there is a place for it.
    let put = queue.admits().and_then(|()| {
        queue.push(Waiting {
            event: Arc::clone(emission.event()),
            key: emission
                .key()
                .filter(|_| !account.rules.is_empty())
                .cloned(),
        })
    });
    put.map_err(|refusal| {
        let Terms { capacity, .. } = queue.terms();
        let error = match refusal {
            Refusal::Full => SinkError::of_type(
                "queue_full",
                format_args!("its queue of {capacity} is full"),
            ),
            Refusal::Closed => SinkError::of_type("closed", "it was unregistered"),
            Refusal::Held => timed_out(queue),
            Refusal::Forked => SinkError::of_type(
                "forked",
                "its thread stayed with the process that this one was forked from",
            ),
        };
        (refusal, error)
    })
}

fn timed_out(queue: &Queue<Waiting>) -> SinkError {
    let most = queue.terms().timeout.unwrap_or_default();
    SinkError::of_type(
        "timed_out",
        format_args!("it takes longer than {most:?} for one event"),
    )
}

/// A sink in quarantine: tells of that, and sees to what waited. On a thread of its own, as whoever is told may be slow too.
pub(super) fn quarantine(watched: &Watched, in_hand: &Waiting, waited: &VecDeque<Waiting>) {
    let Watched { account, queue } = watched;
    let error = timed_out(queue);
    account.held(&in_hand.emission(), &error);
    for waiting in waited {
        if let Some(notice) = account.missed_meanwhile(&waiting.emission(), &error) {
            account.tell(notice);
        }
    }
    if !queue.is_held() {
        account.returned();
    }
}

/// A queued sink at its work.
struct Desk {
    /// There until it is dropped.
    sink: Option<Arc<dyn Sink>>,
    watched: Watched,
}

impl Work for Desk {
    type Item = Waiting;
    type Done = Option<Result<(), SinkError>>;

    fn take(&mut self, waiting: &Waiting) -> Self::Done {
        if self.watched.queue.begin_watch() {
            watch::add(self.watched.clone());
        }
        let sink = self.sink.as_deref()?;
        self.watched.account.hand(sink, &waiting.emission())
    }

    fn settle(&mut self, waiting: Waiting, done: Self::Done) {
        let Watched { account, queue } = &self.watched;
        observability::queue_depth(&account.name, || queue.waiting());
        let notice = match done {
            None => None,
            Some(Ok(())) => account.taken(waiting.event.kind),
            Some(Err(error)) => account.missed(&waiting.emission(), &error),
        };
        discard(waiting);
        if let Some(notice) = notice {
            account.tell(notice);
        }
    }

    fn flush(&mut self) -> bool {
        let sink = self.sink.as_deref();
        sink.is_none_or(|sink| self.watched.account.flush(sink))
    }
}

impl Drop for Desk {
    /// A sink's destructor is not ours, and may take for ever.
    fn drop(&mut self) {
        watch::forget(&self.watched.queue);
        self.watched.account.give_up();
        discard(self.sink.take());
    }
}
