//! [`Trail`]: the handle to all of it.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use audit_core::__private::say;

use crate::deadline::after;
use crate::health::{Health, TrailStats};
use crate::note::VerifierKey;
use crate::notice::Notices;
use crate::plan::Plan;
use crate::queue::{Flushed, Queue};
use crate::retention::Sweeping;
use crate::store::{Store, StoreReader};
use crate::writer::{Order, Signer};

use super::error::TrailError;
use super::readers::Readers;

/// The durable, ordered, provable and searchable log of a service: a handle, cheap to clone.
///
/// It is a [`Recorder`](audit_core::Recorder): a runtime that has it records every decision and outcome.
/// When the last handle goes, the trail is closed: what waits is written, at most for as long as
/// [`close_timeout`](crate::TrailOptions::close_timeout) says. A runtime, and [`set_recorder`](audit_core::set_recorder) for the
/// whole process, keep a handle, so the last one may never go: `main` keeps a [`guard`](Self::guard), or calls
/// [`close`](Self::close). A process that ends otherwise leaves an unclean end, which the next opening records.
///
/// Recording never blocks an async task. What asks, waits or changes (`search`, `verify`, `flush`, `close`, `prune` and their like,
/// and the going of the last handle) works on the caller's thread: in async code, on one for such work.
///
/// A child that is forked has no trail: its records are lost and it says so. While it lives it holds its parent's lock file, so
/// that an unclean end of the parent is found only once it has ended too.
///
/// ```
/// use std::time::Duration;
///
/// use audit_core::{Action, Policy, Runtime};
/// use audit_trail::Trail;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.db");
/// # let policy = Policy::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"))?;
/// let trail = Trail::open(path)?;
/// let runtime = Runtime::builder().policy(policy).build()?;
/// runtime.set_recorder(trail.clone());
///
/// let _refused = runtime.allow(&Action::new("refund").with("amount", 5000));
/// trail.flush(Duration::from_secs(5))?;
///
/// let found = trail.search(&trail.query("action:refund effect:block")?, None, 10)?;
/// assert_eq!(found.records.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Trail {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    /// What the trail is called where it is observed.
    #[cfg(feature = "observability")]
    pub(super) origin: String,
    pub(super) plan: Plan,
    pub(super) queue: Arc<Queue>,
    pub(super) health: Arc<Health>,
    pub(super) notices: Notices,
    pub(super) readers: Readers,
    /// The process that opened it: a forked child has none of its threads.
    pub(super) process: u32,
    pub(super) durable_timeout: Duration,
    pub(super) records_access: bool,
    /// The key that checks what is signed now.
    pub(super) verifier: Arc<Mutex<VerifierKey>>,
    pub(super) orders: Mutex<Sender<Order>>,
    pub(super) writer: Mutex<Option<JoinHandle<()>>>,
    pub(super) close_timeout: Duration,
    pub(super) sweeping: Sweeping,
}

/// How long the writer may take to say in the trail that it ends.
const TO_SAY_SO: Duration = Duration::from_millis(2_500);
/// Work on the store takes at most this long before who asked for it gives up.
const ORDER_TIMEOUT: Duration = Duration::from_mins(10);

impl Trail {
    /// Waits until all that was taken before is on disk, at most this long.
    ///
    /// What was lost before this began is no error here, unless a writer left it behind that panicked: it is counted
    /// ([`records_lost`](TrailStats::records_lost)).
    ///
    /// # Errors
    /// It is not yet, or never will be, as some of it was [lost](TrailError::Lost) meanwhile.
    pub fn flush(&self, timeout: Duration) -> Result<(), TrailError> {
        self.check_process()?;
        match self.inner.queue.flush(after(timeout)) {
            Flushed::Done => Ok(()),
            Flushed::Late(records) => Err(TrailError::TimedOut { records }),
            Flushed::Lost(records) => Err(TrailError::Lost { records }),
        }
    }

    /// Closes the trail: nothing more is taken, and what waits is written, for at most this long. What is not written by then is
    /// lost. Then the end is said in the trail itself, for which a store that hangs has two and a half seconds more. What is
    /// recorded later by any handle is lost, and told so. A sweep ends. A second place that does not take the last checkpoint
    /// [soon](crate::TrailOptions::anchor_every) is counted, and no error.
    ///
    /// # Errors
    /// It was not done in time, the store did not take all of it, the writer ended before by a panic, or the trail was closed before.
    pub fn close(&self, timeout: Duration) -> Result<(), TrailError> {
        self.check_process()?;
        self.inner.close(timeout)
    }

    /// Closes the trail when it goes, whoever else has a handle: for the end of `main`.
    pub fn guard(&self, timeout: Duration) -> TrailGuard {
        TrailGuard {
            trail: self.clone(),
            timeout,
        }
    }

    /// How it does.
    pub fn stats(&self) -> TrailStats {
        let (health, queue) = (&self.inner.health, &self.inner.queue);
        let (state, last_error) = health.state();
        let (queue_records, queue_bytes) = queue.depth();
        let records = health.records.load(Ordering::Relaxed);
        TrailStats {
            state,
            last_error,
            records,
            records_unindexed: records.saturating_sub(health.indexed.load(Ordering::Relaxed)),
            records_anchored: health.anchored.load(Ordering::Relaxed),
            records_written: health.written.load(Ordering::Relaxed),
            batches_written: health.batches.load(Ordering::Relaxed),
            records_lost: queue.lost(),
            queue_records,
            queue_bytes,
            store_failures: health.failures.load(Ordering::Relaxed),
            anchor_failures: health.anchor_failures.load(Ordering::Relaxed),
            checkpoints_withheld: health.checkpoints_withheld.load(Ordering::Relaxed),
            notices_untold: self.inner.notices.herald.untold(),
        }
    }

    /// The key that checks what this trail signs, by now.
    pub fn verifier_key(&self) -> VerifierKey {
        let verifier = self.inner.verifier.lock();
        verifier.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has something done by the writer, between two batches, and waits for it, ten minutes at most; it is done all the same when
    /// its turn comes.
    pub(super) fn order<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store, &mut Signer) -> Result<T, TrailError> + Send + 'static,
    ) -> Result<T, TrailError> {
        self.check_process()?;
        let (answer, answered) = channel();
        let order: Order = Box::new(move |store, signer| {
            // Whoever asked may have given up.
            let _unheard = answer.send(work(store, signer));
        });
        let orders = self.inner.orders.lock();
        orders
            .unwrap_or_else(PoisonError::into_inner)
            .send(order)
            .map_err(|_| TrailError::Closed)?;
        self.inner.queue.nudge();
        match answered.recv_timeout(ORDER_TIMEOUT) {
            Ok(done) => done,
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => Err(TrailError::Closed),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => Err(self.unfinished()),
        }
    }

    pub(super) fn reader<T>(
        &self,
        read: impl FnOnce(&mut dyn StoreReader) -> Result<T, TrailError>,
    ) -> Result<T, TrailError> {
        self.check_process()?;
        self.inner.readers.with(read)
    }

    fn check_process(&self) -> Result<(), TrailError> {
        if self.inner.process == audit_process::id() {
            Ok(())
        } else {
            Err(TrailError::Forked)
        }
    }

    fn unfinished(&self) -> TrailError {
        TrailError::TimedOut {
            records: self.inner.queue.unwritten(),
        }
    }
}

impl Inner {
    /// Closes the queue and waits for the writer's end.
    fn close(&self, timeout: Duration) -> Result<(), TrailError> {
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let deadline = after(timeout);
        self.sweeping.end();
        let Some(writer) = writer else {
            // Somebody else closes it, or did. Who comes second may end the process, so he waits as well.
            self.health.wait_closed(deadline);
            return Err(TrailError::Closed);
        };
        let told = self.queue.given_up_and_told();
        self.queue.close(deadline);
        // A writer that hangs in its store is left behind: whoever closes does not hang with it. What waits is written by
        // the deadline or given up, and the end is said after that.
        let is_closed = self.health.wait_closed(deadline + TO_SAY_SO);
        // What is left to tidy is worth no error: the next opening finds it.
        if is_closed && self.health.wait_gone(deadline + TO_SAY_SO) {
            let _panicked = writer.join();
        }
        // However the writer ends: whoever closes may end the process.
        self.notices.herald.wait(deadline);
        if !is_closed {
            return Err(TrailError::TimedOut {
                records: self.queue.unwritten(),
            });
        }
        match self.queue.given_up() - told {
            0 => self
                .health
                .take_unsaid()
                .map_or(Ok(()), |error| Err(error.into())),
            records => Err(TrailError::Lost { records }),
        }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        // A forked child has none of the threads that may hold locks in there: it leaves all of it as it is.
        if self.inner.process != audit_process::id() {
            std::mem::forget(Arc::clone(&self.inner));
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(error) = self.close(self.close_timeout)
            && !matches!(error, TrailError::Closed)
        {
            say(|| tracing::error!(target: "audit::health", "{}", error.in_one_line()));
        }
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail")
            .field("verifier", &self.verifier_key())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// Closes a trail when it goes.
#[derive(Debug)]
#[must_use = "the trail is closed as soon as this is dropped"]
pub struct TrailGuard {
    trail: Trail,
    timeout: Duration,
}

impl Drop for TrailGuard {
    fn drop(&mut self) {
        if let Err(error) = self.trail.close(self.timeout)
            && !matches!(error, TrailError::Closed)
        {
            say(|| tracing::error!(target: "audit::health", "{}", error.in_one_line()));
        }
    }
}
