//! [`Rotation`]: when a file has to make room for a new one, and how many old ones stay.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// When a file has to make room for a new one, and how many old ones stay.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rotation {
    pub(super) at_bytes: Option<u64>,
    pub(super) every_secs: Option<u64>,
    pub(super) keep: Option<usize>,
}

impl Rotation {
    /// Whether a line that comes now, with so many bytes, belongs into a new file. Devices and pipes have no length, so they stay.
    pub(super) fn is_due(&self, found: &Metadata, line: usize, now: SystemTime) -> bool {
        let length = found.len();
        if length == 0 || !found.is_file() {
            return false;
        }
        let is_large = self
            .at_bytes
            .is_some_and(|most| length.saturating_add(line as u64) > most);
        // The last line says when the file was in use: it says so after a restart too.
        let is_old = |every_secs: u64| {
            let last = found.modified().map_or(now, |modified| modified);
            secs(last) / every_secs < secs(now) / every_secs
        };
        is_large || self.every_secs.is_some_and(is_old)
    }
}

/// Seconds since 1970.
fn secs(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
