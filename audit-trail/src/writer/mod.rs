//! The one thread that writes: takes what waits, appends it, signs, draws columns when there is time.

mod batch;
mod end;
mod error;
mod handover;
mod key;
mod signer;
mod standing;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use audit_core::__private::{contain, say};
use audit_core::{RecordError, RecordErrorKind};

use crate::health::Health;
use crate::notice::Notices;
use crate::queue::{LAGGING_BATCHES, Loss, Queue, Woken};
use crate::store::{Batch, Head, ReadFact, Store, StoreError, StoreErrorKind};

use batch::Pending;
pub(crate) use end::SayEnded;
pub(crate) use error::{SignError, unsignable};
pub(crate) use key::{KeyInUse, successor};
pub(crate) use signer::Signer;

/// How many records' columns are drawn between two looks at the queue, at least and at most.
const DRAWN_AT_ONCE: (usize, usize) = (256, 8192);
/// How long that should take: whoever comes meanwhile waits for it.
const DRAWING: Duration = Duration::from_millis(25);
/// Batches of more records than this leave their columns for later.
const DRAWN_WITH: usize = 2048;
/// How long the store is left alone after it refused, at first and at most.
const BACK_OFF: Duration = Duration::from_millis(10);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(1);

/// Everything the writer's thread has.
pub(crate) struct Writer {
    pub(crate) store: Box<dyn Store>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) health: Arc<Health>,
    pub(crate) notices: Notices,
    pub(crate) signer: Signer,
    /// Whether columns are drawn with every batch, however large.
    pub(crate) always_draws: bool,
    /// How many batches in a row are written and not on disk for sure.
    pub(crate) lagging: usize,
    /// How many records' columns are drawn next, as that takes as long as it should.
    pub(crate) draws: usize,
    /// Work that somebody else asks for, done between batches.
    pub(crate) orders: std::sync::mpsc::Receiver<Order>,
}

/// Work on the store that is not a batch: it gets the store when nothing is half done.
pub(crate) type Order = Box<dyn FnOnce(&mut dyn Store, &mut Signer) + Send>;

impl Writer {
    /// Runs until the queue is closed and empty, or until its end is to be waited for no longer.
    pub(crate) fn run(mut self) {
        let mut head = match contained(|| self.store.head()) {
            Ok(head) => head,
            Err(error) => {
                self.fail(&error);
                Head::new(0, crate::tree::empty_root(), 0)
            }
        };
        self.stand(&head);
        loop {
            while let Ok(order) = self.orders.try_recv() {
                self.carry_out(order);
                head = contained(|| self.store.head()).unwrap_or(head);
                self.stand(&head);
            }
            // Columns can be drawn after the next opening; whoever closes does not wait for them.
            let backlog = head.unindexed() > 0 && !self.queue.is_closed();
            let woken = if backlog {
                self.queue.take_now().map_or(Woken::TimedOut, Woken::Batch)
            } else {
                self.queue.take(self.signer.due(&head))
            };
            match woken {
                Woken::Batch(batch) => {
                    let pending = Pending::new(batch, &self.notices);
                    if let Some(written) = self.write(&pending) {
                        head = written;
                    }
                }
                Woken::TimedOut if self.signer.is_due(&head) => {
                    // Without the key there is nothing to write.
                    if !self.signer.is_ready(&mut *self.store, &self.health) {
                        continue;
                    }
                    if let Some(signed) = self.write(&Pending::nothing()) {
                        head = signed;
                    } else {
                        self.signer.put_off();
                    }
                }
                Woken::TimedOut if head.unindexed() > 0 => head = self.draw(head),
                Woken::TimedOut => {}
                Woken::Closed => break,
            }
            self.stand(&head);
        }
        self.finish();
    }

    /// Writes a batch, and tries until the store takes it or the trail is given up. Nothing is returned then.
    fn write(&mut self, pending: &Pending) -> Option<Head> {
        let mut back_off = BACK_OFF;
        loop {
            match self.try_write(pending) {
                Ok(head) => {
                    if self.health.recover() {
                        say(|| tracing::warn!(target: "audit::health", "the trail writes again"));
                    }
                    self.health
                        .written
                        .fetch_add(pending.len() as u64, Ordering::Relaxed);
                    self.health.batches.fetch_add(1, Ordering::Relaxed);
                    self.signer.wrote(&head, &self.health);
                    pending.acknowledge();
                    // Whoever flushed finds it in the numbers.
                    self.stand(&head);
                    self.queue.done(self.lagging == 0);
                    self.notices.herald.tell(pending.told());
                    return Some(head);
                }
                Err(error) => {
                    self.fail(&error);
                    self.show();
                    if error.may_be_kept() {
                        self.give_up(pending, &error);
                        return None;
                    }
                    // Whoever waits for a disk that is busy may wait on. Else he hears at once, and so do those behind him;
                    // the records are written all the same as soon as they can be.
                    if error.kind != StoreErrorKind::Busy {
                        let refused = refusal(&error);
                        pending.refuse(&refused);
                        self.queue.refuse(&refused);
                    }
                    if !self.queue.rest(back_off) {
                        self.give_up(pending, &error);
                        return None;
                    }
                    back_off = (back_off * 2).min(LONGEST_BACK_OFF);
                }
            }
        }
    }

    fn try_write(&mut self, pending: &Pending) -> Result<Head, StoreError> {
        let bodies = pending.bodies();
        let due = self.signer.is_due_after(bodies.len())
            && self.signer.is_ready(&mut *self.store, &self.health);
        // A batch that others follow shares their wait for the disk. What is signed may leave the machine, and is on disk before.
        let on_disk = due || !pending.may_lag() || self.lagging >= LAGGING_BATCHES;
        // What was signed for a batch that failed was never true.
        self.signer.forget_signed();
        let signer = &self.signer;
        let sign = |head: &Head, fact: &ReadFact<'_>| signer.sign(head, fact);
        let batch = Batch {
            bodies: &bodies,
            index: self.always_draws || bodies.len() <= DRAWN_WITH,
            on_disk,
            checkpoint: due.then_some(&sign),
            forget_checkpoint: signer.superfluous(),
            facts: &[],
        };
        let store = &mut self.store;
        let written = contained(|| store.append(&batch));
        if written.is_ok() {
            self.lagging = if batch.on_disk { 0 } else { self.lagging + 1 };
        }
        written
    }

    /// What can't be written is lost, and told of should the store come back.
    fn give_up(&mut self, pending: &Pending, error: &StoreError) {
        pending.refuse(&refusal(error));
        let mut loss = Loss::default();
        for time in pending.times() {
            loss.count(time);
        }
        self.queue.give_up(loss, pending.loss());
    }

    /// Does what somebody asked for. Should the store panic in it, that is his answer, and the writer goes on.
    fn carry_out(&mut self, order: Order) {
        let (store, signer) = (&mut *self.store, &mut self.signer);
        let done = contained(|| {
            order(store, signer);
            Ok(())
        });
        if let Err(error) = done {
            self.fail(&error);
        }
    }

    /// Draws some columns that were left for later.
    fn draw(&mut self, head: Head) -> Head {
        let (least, most) = DRAWN_AT_ONCE;
        let (store, draws) = (&mut self.store, self.draws.clamp(least, most));
        let began = Instant::now();
        match contained(|| store.index(draws)) {
            Ok(head) => {
                let took = began.elapsed();
                if took < DRAWING / 2 {
                    self.draws = draws * 2;
                } else if took > DRAWING * 2 {
                    self.draws = draws / 2;
                }
                head
            }
            Err(error) => {
                self.fail(&error);
                self.queue.rest(BACK_OFF);
                head
            }
        }
    }

    fn fail(&self, error: &StoreError) {
        if self.health.fail(error) {
            say(|| {
                let source = std::error::Error::source(error).map(ToString::to_string);
                tracing::error!(target: "audit::health", source, "{error}");
            });
        }
    }

    /// Signs the last checkpoint, says that this opening ends, and lets go of the store.
    fn finish(mut self) {
        let unsaid = self.say_the_end().err();
        if let Some(error) = &unsaid {
            self.fail(error);
        }
        self.signer.close();
        self.show();
        // Now a store may tidy up as it goes, for which nobody needs to wait.
        self.health.close(unsaid);
    }

    fn say_the_end(&mut self) -> Result<(), StoreError> {
        self.signer.sign_next();
        let last = Pending::last(self.queue.take_loss(), &self.notices);
        let mut head = self.try_write(&last).inspect_err(|_| {
            // It stays untold, and is counted all the same.
            self.queue.give_up(Loss::default(), last.loss());
        })?;
        loop {
            self.signer.wrote(&head, &self.health);
            self.stand(&head);
            if !self.signer.is_due_by_another(&head) {
                break;
            }
            head = self.try_write(&Pending::nothing())?;
        }
        let (store, now) = (&mut self.store, self.notices.now());
        let ended = contained(|| store.end(now));
        self.notices.herald.tell(last.told());
        ended
    }
}

/// A store may be foreign: its panic is a failure of its own.
fn contained<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    contain(work).unwrap_or_else(|_| {
        Err(StoreError::new(
            StoreErrorKind::Failed,
            "the store of the trail panicked",
        ))
    })
}

/// What somebody is told whose record is not kept as yet.
fn refusal(error: &StoreError) -> RecordError {
    RecordError::new(RecordErrorKind::Failed, error)
}
