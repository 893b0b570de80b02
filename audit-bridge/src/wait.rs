//! [`Wait`]: longer and longer waits between attempts.

use std::time::Duration;

use tokio::time::Instant;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// A wait for longer than 30 years is a wait for 30 years: the moment must exist.
const FAR: Duration = Duration::from_hours(30 * 365 * 24);

/// The moment in which so much time will be over.
pub(crate) fn moment_after(time: Duration) -> Instant {
    Instant::now() + time.min(FAR)
}

/// Longer and longer waits between attempts, up to two seconds.
#[derive(Debug)]
pub(crate) struct Wait(Duration);

impl Wait {
    pub(crate) fn new() -> Self {
        Self(FIRST)
    }

    /// Waits, and longer the next time.
    pub(crate) async fn pass(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST);
    }
}
