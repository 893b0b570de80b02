//! Times of day.

use crate::clock::Timestamp;
use crate::policy::model::Window;

/// Whether a time lies in a window, on the clock of its zone. One that ends on the day after belongs to the day on
/// which it begins.
pub(super) fn is_inside(time: Timestamp, window: &Window) -> bool {
    // The whole range of our times lies inside jiff's.
    let Ok(time) = jiff::Timestamp::from_nanosecond(i128::from(time.as_nanos())) else {
        return false;
    };
    let local = time.to_zoned(window.zone.clone());
    let (now, today) = (local.time(), local.weekday());
    let begins = |day| window.days.contains(&day);
    if window.from < window.to {
        return begins(today) && window.from <= now && now < window.to;
    }
    (begins(today) && window.from <= now) || (begins(today.previous()) && now < window.to)
}
