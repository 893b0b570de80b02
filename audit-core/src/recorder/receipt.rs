//! [`Receipt`]: whether a record is kept, for a thread or a task to wait on.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::contain::contain;

use super::{RecordError, RecordErrorKind};

/// How much later than it is due a receipt may be settled.
const GRACE: Duration = Duration::from_secs(1);
/// How long a thread waits for a recorder that should have said by itself that it took too long.
const PATIENCE: Duration = Duration::from_secs(30);
/// No thread waits for longer: the sum with the present moment must exist.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// Whether a record is kept. A thread [waits](Receipt::wait), a task awaits it.
#[derive(Debug)]
#[must_use = "nobody knows whether the record is kept before it says so"]
pub struct Receipt(Arc<Slot>);

/// The recorder's half: settles the receipt, with an error if it is dropped before.
#[derive(Debug)]
pub struct Acknowledgement(Arc<Slot>);

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    settled: Condvar,
}

#[derive(Debug, Default)]
struct State {
    answer: Option<Result<(), RecordError>>,
    waker: Option<Waker>,
    /// When its recorder settles it at the latest, if it says so.
    due: Option<Instant>,
    /// Whether a thread waits: telling the operating system costs.
    waits: bool,
}

impl Slot {
    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, answer: impl FnOnce() -> Result<(), RecordError>) {
        let mut state = self.lock();
        if state.answer.is_some() {
            return;
        }
        state.answer = Some(answer());
        let (waker, waits) = (state.waker.take(), state.waits);
        drop(state);
        if waits {
            self.settled.notify_all();
        }
        if let Some(waker) = waker {
            // It is foreign, and the recorder's thread has others to wake.
            let _contained = contain(|| waker.wake());
        }
    }
}

impl Receipt {
    /// A receipt and the half that settles it.
    pub fn pair() -> (Self, Acknowledgement) {
        let slot = Arc::new(Slot::default());
        (Self(Arc::clone(&slot)), Acknowledgement(slot))
    }

    /// Waits on this thread, at most until then.
    ///
    /// # Errors
    /// It is not kept, or nobody said so in time.
    pub fn wait(&self, deadline: Instant) -> Result<(), RecordError> {
        let mut state = self.0.lock();
        loop {
            if let Some(answer) = &state.answer {
                return answer.clone();
            }
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return Err(RecordError::new(
                    RecordErrorKind::TimedOut,
                    "nobody said in time that the record is kept",
                ));
            };
            state.waits = true;
            let waited = self.0.settled.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The same receipt, which its recorder settles by then at the latest.
    pub fn due(self, deadline: Instant) -> Self {
        self.0.lock().due = Some(deadline);
        self
    }

    /// Waits on this thread for a recorder that settles its receipts in time: a little longer than until it is due, else
    /// for as long as it may take, and at least half a minute.
    pub(crate) fn wait_long(&self, may_take: Option<Duration>) -> Result<(), RecordError> {
        let due = self.0.lock().due;
        let patience = may_take.unwrap_or_default().clamp(PATIENCE, LONGEST);
        self.wait(due.map_or_else(|| Instant::now() + patience, |due| due + GRACE))
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<Result<(), RecordError>> {
        self.0.lock().answer.clone()
    }
}

impl Future for Receipt {
    type Output = Result<(), RecordError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        if let Some(answer) = &state.answer {
            return Poll::Ready(answer.clone());
        }
        // A task may be polled by another waker each time. The one before is dropped without the lock: it is foreign.
        let replaced = match &state.waker {
            Some(waker) if waker.will_wake(cx.waker()) => None,
            _ => state.waker.replace(cx.waker().clone()),
        };
        drop(state);
        drop(replaced);
        Poll::Pending
    }
}

impl Acknowledgement {
    /// Says whether the record is kept. Only the first word counts.
    pub fn settle(&self, answer: Result<(), RecordError>) {
        self.0.settle(|| answer);
    }

    /// Whether it is settled already, as by a time-out.
    pub fn is_settled(&self) -> bool {
        self.0.lock().answer.is_some()
    }

    /// A second handle to the same receipt, which does not settle it when it is dropped.
    pub fn watch(&self) -> Overdue {
        Overdue(Arc::downgrade(&self.0))
    }
}

impl Drop for Acknowledgement {
    fn drop(&mut self) {
        self.0.settle(|| {
            Err(RecordError::new(
                RecordErrorKind::Closed,
                "the recorder let go of the record",
            ))
        });
    }
}

/// Settles a receipt that takes too long.
#[derive(Debug)]
pub struct Overdue(std::sync::Weak<Slot>);

impl Overdue {
    /// Says that it took too long, unless it is settled. Returns whether it was still open.
    pub fn time_out(&self) -> bool {
        let Some(slot) = self.0.upgrade() else {
            return false;
        };
        let mut open = false;
        slot.settle(|| {
            open = true;
            Err(RecordError::new(
                RecordErrorKind::TimedOut,
                "the record was not kept in time",
            ))
        });
        open
    }

    /// Whether nobody waits for it any more.
    pub fn is_over(&self) -> bool {
        self.0
            .upgrade()
            .is_none_or(|slot| slot.lock().answer.is_some())
    }
}
