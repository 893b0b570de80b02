//! What stands in a cell of a table: times, durations, sizes and counts as a person reads them.

use audit_core::Timestamp;

/// A time to the millisecond, in UTC, as a query takes it.
pub(super) fn time(time: Timestamp) -> String {
    let exact = time.to_string();
    match exact.split_once('.') {
        Some((seconds, fraction)) => {
            let millis: String = fraction.chars().take(3).collect();
            format!("{seconds}.{millis}Z")
        }
        None => exact,
    }
}

/// A duration with three digits or so.
pub(super) fn duration(nanos: i64) -> String {
    /// Units from the longest down, in nanoseconds.
    const UNITS: [(&str, i64); 5] = [
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("µs", 1_000),
    ];
    let Some((unit, length)) = UNITS.iter().find(|(_, length)| nanos >= *length) else {
        return format!("{nanos}ns");
    };
    let (whole, rest) = (nanos / length, nanos % length);
    if whole >= 100 {
        return format!("{whole}{unit}");
    }
    // Cut, not rounded, so that no minute has 60.0 seconds.
    format!("{whole}.{}{unit}", rest * 10 / length)
}

/// A size with the unit that suits it.
pub(super) fn bytes(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.iter().find(|(_, shift)| bytes >> shift > 0) {
        Some((unit, shift)) => {
            let tenths = (bytes >> (shift - 10)) * 10 / 1024;
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

/// A number with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many things, in words.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_say_their_unit() {
        for (nanos, shown) in [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1.0µs"),
            (25_990, "25.9µs"),
            (123_456_789, "123ms"),
            (59_999_999_999, "59.9s"),
            (90_000_000_000, "1.5m"),
            (7_200_000_000_000, "2.0h"),
        ] {
            assert_eq!(duration(nanos), shown);
        }
        for (size, shown) in [
            (1_023, "1023 bytes"),
            (1_024, "1.0 KiB"),
            (1_600_000, "1.5 MiB"),
            (u64::MAX, "17179869183.9 GiB"),
        ] {
            assert_eq!(bytes(size), shown);
        }
        let shown = [0, 999, 1_000, 1_234_567].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        let shown = time("2026-11-01T08:00:00.123999Z".parse().unwrap());
        assert_eq!(shown, "2026-11-01T08:00:00.123Z");
    }
}
