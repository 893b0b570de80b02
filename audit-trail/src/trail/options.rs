//! [`TrailOptions`]: how a trail is opened.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use audit_core::{Clock, Delivery, IdSource, Pattern, PatternError};

use crate::anchor::Anchor;
use crate::note::TrailKey;
use crate::notice::Notices;
use crate::plan::Plan;
use crate::queue::{Limits, Overflow};

use super::handle::Trail;

/// How a trail is opened. What is not said has a default that suits a service.
///
/// ```
/// use audit_core::Delivery;
/// use audit_trail::{Overflow, Trail};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.db");
/// let trail = Trail::options()
///     .except(["health.*"])?
///     .deliver("payout", Delivery::Durable)?
///     .deliver("search.*", Delivery::BestEffort)?
///     .overflow(Overflow::DropOldest)
///     .open(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is opened before `open`"]
pub struct TrailOptions {
    pub(super) plan: Plan,
    pub(super) limits: Limits,
    pub(super) notices: Notices,
    pub(super) key: Option<TrailKey>,
    pub(super) origin: Option<String>,
    pub(super) durable_timeout: Duration,
    pub(super) checkpoint_every: Duration,
    pub(super) close_timeout: Duration,
    pub(super) always_index: bool,
    pub(super) records_access: bool,
    pub(super) anchors: Vec<Box<dyn Anchor>>,
    pub(super) anchor_every: Duration,
    pub(super) requires_anchors: bool,
}

impl Trail {
    /// How to open a trail otherwise than with all defaults.
    pub fn options() -> TrailOptions {
        TrailOptions::new()
    }
}

impl TrailOptions {
    fn new() -> Self {
        Self {
            plan: Plan::default(),
            limits: Limits::default(),
            notices: Notices::of_system(),
            key: None,
            origin: None,
            durable_timeout: Duration::from_secs(5),
            checkpoint_every: Duration::from_secs(1),
            close_timeout: Duration::from_secs(5),
            always_index: false,
            records_access: true,
            anchors: Vec::new(),
            anchor_every: Duration::from_mins(1),
            requires_anchors: false,
        }
    }

    /// Records these actions alone, by name or pattern: also domain events and what is done on the bus, by the names of events and
    /// of what is invoked, and scopes of tenants (`context_bound`, `context_released`). An empty list records none. Said twice, both
    /// lists count. All else (violations of tenants' boundaries and bypasses, changes of mode and policy, the life of the program,
    /// losses) is always recorded.
    ///
    /// # Errors
    /// A pattern is too large.
    pub fn only<P: AsRef<str>>(
        mut self,
        actions: impl IntoIterator<Item = P>,
    ) -> Result<Self, PatternError> {
        let only = self.plan.only.get_or_insert_default();
        for action in actions {
            only.push(Pattern::new(action.as_ref())?);
        }
        Ok(self)
    }

    /// Leaves these actions, domain events and operations on the bus out, by name or pattern, whatever else is said; also scopes of tenants
    /// by `context_*`, which are two records a request.
    ///
    /// # Errors
    /// A pattern is too large.
    pub fn except<P: AsRef<str>>(
        mut self,
        actions: impl IntoIterator<Item = P>,
    ) -> Result<Self, PatternError> {
        for action in actions {
            self.plan.except.push(Pattern::new(action.as_ref())?);
        }
        Ok(self)
    }

    /// How surely records of an action are kept, by name or pattern, where its attribute does not say so; also those of a domain
    /// event, whose handlers are called once it is on disk where it is `durable`, and those of an operation on the bus. An
    /// exact name goes before any pattern, and an earlier pattern before a later one.
    ///
    /// # Errors
    /// The pattern is too large.
    pub fn deliver(
        mut self,
        action: impl AsRef<str>,
        delivery: Delivery,
    ) -> Result<Self, PatternError> {
        let pattern = Pattern::new(action.as_ref())?;
        self.plan.deliveries.push((pattern, delivery));
        Ok(self)
    }

    /// How surely everything else is kept: `buffered`, unless said otherwise.
    pub fn deliver_otherwise(mut self, delivery: Delivery) -> Self {
        self.plan.otherwise = Some(delivery);
        self
    }

    /// How many records may wait to be written: 65,536, unless said otherwise. Zero counts as 1. Best effort takes
    /// at most half of the room; durable records have as much again.
    pub fn queue_records(mut self, records: usize) -> Self {
        self.limits.records = records.max(1);
        self
    }

    /// How many bytes they may take: 64 MiB, unless said otherwise. Zero counts as 1, and a record that is larger than what
    /// is said is taken where no other of its kind waits.
    ///
    /// Best effort and buffered records share these bytes. As many again are there for durable records that somebody waits
    /// for, for those that the store refused and that are written when it works again, and for tasks that wait for room. What
    /// ends durable calls may take four times as many, and 64 MiB at least, as it is the last to be lost. What the writer has
    /// in hand comes on top of that, 16 MiB at most.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes.max(1);
        self
    }

    /// What happens to a buffered record that finds the queue full: the newest is dropped, unless said otherwise.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.limits.overflow = overflow;
        self
    }

    /// How long a durable record may take where its attribute does not say so: 5 s, unless said otherwise.
    pub fn durable_timeout(mut self, timeout: Duration) -> Self {
        self.durable_timeout = timeout;
        self
    }

    /// How long closing waits for what is in the queue when the last handle is dropped: 5 s, unless said otherwise.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// How long records may stand without a checkpoint: 1 s, unless said otherwise. Signing takes some 20 µs.
    pub fn checkpoint_every(mut self, interval: Duration) -> Self {
        self.checkpoint_every = interval;
        self
    }

    /// Signs with this key, instead of the one in the file beside the trail that is made with it.
    pub fn key(mut self, key: TrailKey) -> Self {
        self.key = Some(key);
        self
    }

    /// What a new trail is called in its checkpoints, such as `payments.example.com/audit`. A trail keeps the name it was
    /// made with.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Copies checkpoints to a second place, so that not even who holds the key can rewrite what they cover. May be said
    /// more than once.
    ///
    /// Opening holds the trail against the copies. A place that can't be read, or that has none though the trail has checkpoints, is
    /// warned of with the reason, counted as one of the [failures](crate::TrailStats::anchor_failures), and passed over;
    /// [`require_anchors`](Self::require_anchors) keeps the trail from opening instead. Several trails may
    /// [share a place](crate::anchor#places-that-are-shared).
    pub fn anchor(mut self, anchor: impl Anchor) -> Self {
        self.anchors.push(Box::new(anchor));
        self
    }

    /// Keeps the trail from opening where a second place can't be read, or has no copy though the trail has checkpoints. Without
    /// this, whoever makes the copies unreadable or deletes them turns off what finds an earlier state of the trail, and all that
    /// remains is a warning.
    ///
    /// A new trail has no checkpoint yet, and opens with empty places; so does one that somebody deleted together with all copies. An
    /// old trail gets a new place in one of two ways: it is opened with it once without this, or a
    /// [checkpoint](Trail::checkpoint) of it is [put](Anchor::put) there by hand. The same helps a trail whose first opening died
    /// before its first copy had arrived.
    ///
    /// A place that can't be written later keeps nobody from anything: that is
    /// [counted](crate::TrailStats::anchor_failures).
    pub fn require_anchors(mut self) -> Self {
        self.requires_anchors = true;
        self
    }

    /// How often checkpoints are copied, at most: each minute and on closing, unless said otherwise. Closing waits for two seconds
    /// at most; places that may lack the last checkpoint then are warned of, and
    /// [counted](crate::TrailStats::anchor_failures).
    pub fn anchor_every(mut self, interval: Duration) -> Self {
        self.anchor_every = interval;
        self
    }

    /// Draws the columns of records with every batch, however high the load. Otherwise large batches leave them for later.
    pub fn index_at_once(mut self) -> Self {
        self.always_index = true;
        self
    }

    /// Does not record who reads the trail.
    pub fn without_access_records(mut self) -> Self {
        self.records_access = false;
        self
    }

    /// Where time comes from. Where it panics as the trail tells of itself, the machine's clock is asked.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.notices.clock = Arc::new(clock);
        self
    }

    /// Takes the time from a clock that a test holds too.
    pub fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.notices.clock = clock;
        self
    }

    /// Where identifiers come from.
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.notices.ids = Arc::new(ids);
        self
    }
}

impl fmt::Debug for TrailOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailOptions")
            .field("plan", &self.plan)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
