//! A point in time as RFC 3339, without asking a calendar twice for one second.

use std::cell::Cell;

use crate::clock::Timestamp;

use super::ink::Ink;

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A second, and how it is written: `2026-11-23T08:00:00.`
#[derive(Clone, Copy)]
struct Second {
    second: i64,
    written: [u8; 20],
}

thread_local! {
    /// The second that was written last: mostly the next one too.
    static LAST: Cell<Second> = const {
        Cell::new(Second { second: 0, written: *b"1970-01-01T00:00:00." })
    };
}

/// A point in time in quotes.
#[inline]
pub(super) fn timestamp(time: Timestamp, ink: &mut Ink<'_>) {
    let nanos = time.as_nanos();
    let (second, fraction) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    let last = LAST.get();
    let last = if last.second == second {
        last
    } else {
        anew(second)
    };
    let mut written = *b"\"YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ\"";
    if let Some(place) = written.get_mut(1..21) {
        place.copy_from_slice(&last.written);
    }
    number(fraction, written.get_mut(21..30));
    ink.put(&written);
}

#[cold]
fn anew(second: i64) -> Second {
    let (days, of_day) = (second.div_euclid(DAY), second.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let mut written = *b"YYYY-MM-DDTHH:MM:SS.";
    number(year, written.get_mut(..4));
    number(month, written.get_mut(5..7));
    number(day, written.get_mut(8..10));
    number(of_day / 3600, written.get_mut(11..13));
    number(of_day / 60 % 60, written.get_mut(14..16));
    number(of_day % 60, written.get_mut(17..19));
    let second = Second { second, written };
    LAST.set(second);
    second
}

/// Writes a number with leading zeros.
#[inline]
fn number(number: i64, place: Option<&mut [u8]>) {
    // All that is written fits, and shorter words divide faster.
    let mut number = u32::try_from(number).unwrap_or_default();
    for digit in place.into_iter().flatten().rev() {
        // One digit fits a byte.
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// Year, month and day of so many days since the start of 1970 in the Gregorian calendar.
///
/// Years are counted from March, so that a leap day is the last of its year, in eras of 400 years, which all have as many
/// days.
fn civil(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    const FOUR: i64 = 1_461;
    const CENTURY: i64 = 36_524;
    // From 1 March of the year 0.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let leap_days = of_era / (FOUR - 1) - of_era / CENTURY + of_era / (ERA - 1);
    let year = (of_era - leap_days) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    // Five months from March on have 153 days, and so do the next five.
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + later, month, day)
}
