//! [`EventId`] and [`IdSource`]: what events and calls are called.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// The identifier of an event, a decision or a call: a UUID of version 7 (RFC 9562 §5.7), so that identifiers sort by time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// From sixteen bytes, most significant first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes, most significant first.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A text that is no UUID of version 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    found: String,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found.escape_debug();
        write!(
            f,
            "`{found}` is no UUID of version 7 such as `01a205f0-d476-7000-8000-000000000001`"
        )
    }
}

impl std::error::Error for ParseIdError {}

impl FromStr for EventId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = Uuid::parse_str(text)
            .ok()
            .filter(|id| id.get_version_num() == 7);
        parsed.map(Self).ok_or_else(|| ParseIdError {
            found: text.chars().take(64).collect(),
        })
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Where identifiers come from.
pub trait IdSource: Send + Sync + 'static {
    /// The next identifier, made at this time. Never the same one twice.
    fn next_id(&self, time: Timestamp) -> EventId;
}

/// UUIDs of version 7 from a generator of its own in each thread: no lock, no system call.
///
/// The layout is that of RFC 9562 §6.2, method 3: 48 bits of milliseconds, 12 bits of the
/// millisecond's fraction (a quarter of a microsecond each), 62 random bits. The generator is seeded from
/// the operating system; each identifier also takes in the nanosecond it was made in, so that a
/// forked process does not repeat its parent's sequence.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

thread_local! {
    static GENERATOR: RefCell<fastrand::Rng> = RefCell::new(seeded());
}

/// A generator seeded by the operating system, or by this thread's place and time where that fails.
fn seeded() -> fastrand::Rng {
    let seed = getrandom::u64().unwrap_or_else(|_| {
        let thread = std::thread::current().id();
        let now = std::time::SystemTime::now();
        let process = std::process::id();
        let text = format!("{thread:?} {now:?} {process}");
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    });
    fastrand::Rng::with_seed(seed)
}

/// Nanoseconds in a millisecond.
const MILLI: u64 = 1_000_000;

impl IdSource for RandomIds {
    #[inline]
    fn next_id(&self, time: Timestamp) -> EventId {
        let random = GENERATOR.with(|generator| generator.borrow_mut().u64(..));
        version_7(time, random)
    }
}

/// Lays out one identifier.
#[inline]
fn version_7(time: Timestamp, random: u64) -> EventId {
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(0);
    let (millis, fraction) = (nanos / MILLI, nanos % MILLI);
    // 4096 steps in a million nanoseconds.
    let step = fraction * 4096 / MILLI;
    let mixed = random ^ nanos.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let high = (millis << 16) | 0x7000 | step;
    let low = (mixed >> 2) | (0b10 << 62);
    EventId(Uuid::from_u64_pair(high, low))
}

/// Identifiers that count from 1, for tests: `00000000-0000-7000-8000-000000000001` and so on.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn next_id(&self, _time: Timestamp) -> EventId {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        EventId(Uuid::from_u64_pair(0x7000, (0b10 << 62) | number))
    }
}
