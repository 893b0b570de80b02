//! [`Line`]: the queue before a sink, what waits in it, and what becomes of that when the sink takes too long.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::active::{Active, Running};
use crate::event::Event;
use crate::redaction::RedactionKey;
use crate::worker::{Queue, Refusal, Terms};

use super::account::Account;
use super::{About, Emission, SinkError};

/// An event on its way through a queue, shared with all other sinks.
#[derive(Clone)]
pub(super) struct Waiting {
    event: Arc<Event<'static>>,
    /// For what the sink's own rules hash.
    key: Option<RedactionKey>,
    /// The sink that it tells of.
    about: Option<About>,
    /// In whose doing it arose: what the sink does with it comes back to none of them.
    within: Running,
}

impl Waiting {
    pub(super) fn emission(&self) -> Emission<'_> {
        Emission::of(&self.event, self.key.as_ref()).about(self.about.clone())
    }

    /// Has those in whose doing it arose run on this thread, until what this returns is dropped.
    pub(super) fn enter(&self) -> Vec<Active> {
        self.within.enter()
    }
}

/// The queue before a sink, and the account of that.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) account: Arc<Account>,
    pub(super) queue: Queue<Waiting>,
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
            key: emission.key().filter(|_| account.rules.is_any()).cloned(),
            about: emission.subject().cloned(),
            within: Running::here(),
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

/// Whether a sink is in quarantine, so that events pass by it: not one that gets none any more.
pub(super) fn is_held(queue: &Queue<Waiting>) -> bool {
    matches!(queue.admits(), Err(Refusal::Held))
}

fn timed_out(queue: &Queue<Waiting>) -> SinkError {
    let most = queue.terms().timeout.unwrap_or_default();
    SinkError::of_type(
        "timed_out",
        format_args!("it takes longer than {most:?} for one event"),
    )
}

/// A sink in quarantine: tells of that, and sees to what waited. On a thread of its own, as whoever is told may be slow too.
pub(super) fn quarantine(line: &Line, in_hand: &Waiting, waited: &VecDeque<Waiting>) {
    let Line { account, queue } = line;
    let error = timed_out(queue);
    let mut unsettled = Unsettled(queue, waited.len());
    account.show_quarantine(|| is_held(queue));
    account.show_depth(|| queue.waiting());
    account.held(&in_hand.emission(), &error);
    for waiting in waited {
        let notice = {
            let _within = waiting.enter();
            account.missed_meanwhile(&waiting.emission(), &error)
        };
        if let Some(notice) = notice {
            account.tell(notice);
        }
        unsettled.less_one();
    }
    drop(unsettled);
    if !queue.is_held() {
        account.returned();
    } else if queue.admits() == Err(Refusal::Closed) {
        // Its worker may never come to that.
        account.end();
    }
}

/// What was taken out of a queue and is not seen to yet: whoever flushes waits for it.
struct Unsettled<'q>(&'q Queue<Waiting>, usize);

impl Unsettled<'_> {
    fn less_one(&mut self) {
        self.0.settled(1);
        self.1 = self.1.saturating_sub(1);
    }
}

impl Drop for Unsettled<'_> {
    fn drop(&mut self) {
        self.0.settled(self.1);
    }
}
