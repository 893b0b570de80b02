//! [`Wait`]: longer and longer waits between attempts.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

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
