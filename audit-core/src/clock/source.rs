//! [`Clock`]: where time comes from.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Timestamp;

/// Where time comes from. Two hands: *wall* time names the moment, *monotonic* time measures between moments.
pub trait Clock: Send + Sync + 'static {
    /// Nanoseconds since a start of the clock's own choosing; never runs backwards on one thread.
    fn monotonic_nanos(&self) -> u64;

    /// The wall time at a moment read from [`Clock::monotonic_nanos`], which may lie some time back.
    fn wall_at(&self, monotonic_nanos: u64) -> Timestamp;
}

/// The machine's clock.
///
/// A moment is read from the processor's cycle counter where it is reliable (through `quanta`), which takes
/// less than half of an operating system's clock read. Each thread ties that counter to the system's wall
/// time again at least every ten milliseconds, so that a wall clock that is set or slewed is followed and
/// the two never drift apart by more than microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// How long a thread may go on from one reading of the wall clock.
const ANCHOR_NANOS: u64 = 10_000_000;

/// A wall time and the monotonic time at which it was read.
#[derive(Clone, Copy)]
struct Anchor {
    wall: i64,
    monotonic: u64,
}

thread_local! {
    static ANCHOR: Cell<Option<Anchor>> = const { Cell::new(None) };
}

static COUNTER: OnceLock<quanta::Clock> = OnceLock::new();

impl Clock for SystemClock {
    #[inline]
    fn monotonic_nanos(&self) -> u64 {
        let counter = COUNTER.get_or_init(quanta::Clock::new);
        counter.delta_as_nanos(0, counter.raw())
    }

    #[inline]
    fn wall_at(&self, monotonic_nanos: u64) -> Timestamp {
        let anchor = ANCHOR
            .with(Cell::get)
            .filter(|anchor| anchor.reaches(monotonic_nanos));
        anchor
            .unwrap_or_else(|| self.drop_anchor())
            .wall_at(monotonic_nanos)
    }
}

impl SystemClock {
    /// Reads both hands now.
    #[cold]
    fn drop_anchor(self) -> Anchor {
        let anchor = Anchor {
            wall: system_wall_nanos(),
            monotonic: self.monotonic_nanos(),
        };
        ANCHOR.with(|cell| cell.set(Some(anchor)));
        anchor
    }
}

impl Anchor {
    /// Whether a moment lies so shortly after this one that the hands still agree.
    #[inline]
    fn reaches(self, monotonic: u64) -> bool {
        monotonic
            .checked_sub(self.monotonic)
            .is_some_and(|elapsed| elapsed < ANCHOR_NANOS)
    }

    /// The wall time of another moment, before or after this one.
    #[inline]
    fn wall_at(self, monotonic: u64) -> Timestamp {
        let apart = monotonic.wrapping_sub(self.monotonic).cast_signed();
        Timestamp::from_nanos(self.wall.saturating_add(apart))
    }
}

/// The system's wall time; times before 1970 count below zero.
#[cold]
fn system_wall_nanos() -> i64 {
    let nanos = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => nanos(since),
        Err(before) => -nanos(before.duration()),
    }
}

/// A clock that stands still until it is told to move.
///
/// ```
/// use std::time::Duration;
/// use audit_core::testing::ManualClock;
/// let clock = ManualClock::new("2026-11-23T08:00:00Z".parse()?);
/// clock.advance(Duration::from_millis(5));
/// assert_eq!(clock.now().to_string(), "2026-11-23T08:00:00.005000000Z");
/// # Ok::<(), audit_core::ParseTimestampError>(())
/// ```
#[derive(Debug, Default)]
pub struct ManualClock {
    wall: AtomicI64,
    monotonic: AtomicU64,
}

impl ManualClock {
    /// A clock that stands at this time.
    pub fn new(start: Timestamp) -> Self {
        Self {
            wall: AtomicI64::new(start.as_nanos()),
            monotonic: AtomicU64::new(0),
        }
    }

    /// Moves both hands forward.
    pub fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.monotonic.fetch_add(nanos, Ordering::Relaxed);
        self.wall
            .fetch_add(i64::try_from(nanos).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Sets the wall hand alone, backwards too, as an administrator may.
    pub fn set_wall(&self, time: Timestamp) {
        self.wall.store(time.as_nanos(), Ordering::Relaxed);
    }

    /// The wall time now.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.wall.load(Ordering::Relaxed))
    }
}

impl Clock for ManualClock {
    fn monotonic_nanos(&self) -> u64 {
        self.monotonic.load(Ordering::Relaxed)
    }

    fn wall_at(&self, monotonic_nanos: u64) -> Timestamp {
        let since = self.monotonic_nanos().saturating_sub(monotonic_nanos);
        let now = self.wall.load(Ordering::Relaxed);
        Timestamp::from_nanos(now.saturating_sub_unsigned(since))
    }
}
