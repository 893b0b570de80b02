//! Spans of time, as arguments say them.

use std::time::Duration;

/// Units, in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
    ("w", 604_800_000_000_000),
    ("us", 1_000),
];

/// Reads `15m`, `1h` or `1h30m`.
pub(super) fn read(text: &str) -> Result<Duration, String> {
    let nanos = nanos(text).filter(|nanos| *nanos > 0);
    nanos.map(Duration::from_nanos).ok_or_else(|| {
        "expected a number and a unit, such as `90s`, `15m`, `1h`, `1d` or `1w`".to_owned()
    })
}

fn nanos(text: &str) -> Option<u64> {
    let (mut rest, mut sum) = (text, 0_u64);
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let end = behind.find(|c: char| c.is_ascii_digit());
        let (unit, left) = behind.split_at(end.unwrap_or(behind.len()));
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(*length)?;
        sum = sum.checked_add(part)?;
        rest = left;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_units_and_are_not_empty() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("1h30m", 5_400),
            ("1d", 86_400),
            ("1w", 604_800),
        ] {
            assert_eq!(read(text), Ok(Duration::from_secs(seconds)));
        }
        assert_eq!(read("5ms"), Ok(Duration::from_millis(5)));
        for text in [
            "",
            "1",
            "h",
            "1 h",
            "-1h",
            "1.5h",
            "1y",
            "0s",
            "99999999w",
            "1h30",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
