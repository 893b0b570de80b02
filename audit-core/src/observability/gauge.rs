//! [`Gauge`]: what one of several shows of itself, added up with all that have its name.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use foldhash::fast::RandomState;

use super::count::set;
use super::foreign::foreign;
use super::label::Label;
use super::metric::{MetricFacts, QUEUE_DEPTH, SINK_QUARANTINED};
use super::switch::is_enabled;
use super::turn::Turn;

/// What one of several shows of itself. Those that have one name are added up, so that none hides another; what is dropped shows
/// nothing any more.
#[derive(Debug)]
pub(crate) struct Gauge {
    metric: &'static MetricFacts,
    label: Label,
    total: OnceLock<&'static Total>,
    /// What it adds to the total.
    shown: AtomicU64,
    turn: Turn,
}

impl Gauge {
    const fn new(metric: &'static MetricFacts, label: Label) -> Self {
        Self {
            metric,
            label,
            total: OnceLock::new(),
            shown: AtomicU64::new(0),
            turn: Turn::new(),
        }
    }

    /// What waits for an observer, a sink or a trail.
    pub(crate) const fn of_queue() -> Self {
        Self::new(&QUEUE_DEPTH, Label::Place)
    }

    /// What waits in a queue of the bus, of which there may be many.
    pub(super) const fn of_lane() -> Self {
        Self::new(&QUEUE_DEPTH, Label::Lane)
    }

    /// Whether a sink is in quarantine.
    pub(crate) const fn of_quarantine() -> Self {
        Self::new(&SINK_QUARANTINED, Label::Place)
    }

    /// It may have changed. How it stands is asked for while the path is on, and where it is off as long as something of it is shown:
    /// else that would seem to last.
    #[inline]
    pub(crate) fn follow<P: AsRef<str>>(
        &self,
        name: impl FnOnce() -> P,
        value: impl Fn() -> usize,
    ) {
        if self.is_followed() {
            self.show(name, |_| value());
        }
    }

    /// It may have come to nothing. Where nothing of it is shown, nor about to be, that is so without asking: `value` reads what it says
    /// under a lock, so whoever read it before it changed is seen here.
    #[inline]
    pub(crate) fn follow_down<P: AsRef<str>>(
        &self,
        name: impl FnOnce() -> P,
        value: impl Fn() -> usize,
    ) {
        if self.is_shown() {
            self.show(name, |_| value());
        }
    }

    #[inline]
    pub(super) fn is_followed(&self) -> bool {
        is_enabled() || self.is_shown()
    }

    /// Whether something of it is shown, or about to be: asked in this order, as whoever shows it leaves only after that.
    #[inline]
    fn is_shown(&self) -> bool {
        !self.turn.is_free() || self.shown.load(Ordering::SeqCst) > 0
    }

    /// Shows how it stands. Nothing of it is locked while a recorder is told, so it may change meanwhile: whoever changes it comes here too.
    #[cold]
    pub(super) fn show<P: AsRef<str>>(
        &self,
        name: impl FnOnce() -> P,
        value: impl Fn(&'static str) -> usize,
    ) {
        let total = self.total.get().copied().unwrap_or_else(|| {
            let place = self.label.value(name().as_ref());
            let total = Total::of(self.metric, place);
            self.total.get_or_init(|| total)
        });
        let value = || u64::try_from(value(total.place)).unwrap_or(u64::MAX);
        self.turn.take(
            || {
                let value = value();
                let before = self.shown.swap(value, Ordering::SeqCst);
                total.change(before, value);
            },
            || value() != self.shown.load(Ordering::SeqCst),
        );
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        let shown = *self.shown.get_mut();
        if let Some(total) = self.total.get()
            && shown > 0
        {
            total.change(shown, 0);
        }
    }
}

/// What all of one name show together.
#[derive(Debug)]
struct Total {
    metric: &'static MetricFacts,
    place: &'static str,
    sum: AtomicU64,
    turn: Turn,
}

type Totals = HashMap<(&'static str, &'static str), &'static Total, RandomState>;

/// There are as many as there are values of labels, which is bounded.
static TOTALS: Mutex<Option<Totals>> = Mutex::new(None);

impl Total {
    fn of(metric: &'static MetricFacts, place: &'static str) -> &'static Self {
        let mut totals = TOTALS.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = totals.get_or_insert_default();
        totals.entry((metric.name, place)).or_insert_with(|| {
            Box::leak(Box::new(Self {
                metric,
                place,
                sum: AtomicU64::new(0),
                turn: Turn::new(),
            }))
        })
    }

    /// One of them adds so much now instead.
    fn change(&self, before: u64, now: u64) {
        self.sum
            .fetch_add(now.wrapping_sub(before), Ordering::SeqCst);
        let (sum, shown) = (|| self.sum.load(Ordering::SeqCst), Cell::new(0));
        self.turn.take(
            || {
                shown.set(sum());
                let _contained = foreign(|| set(self.metric, self.place, shown.get()));
            },
            || sum() != shown.get(),
        );
    }
}
