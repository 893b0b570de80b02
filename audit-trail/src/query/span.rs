//! How long something took, as text: `90s`, `24h`, `1h30m`.

use std::fmt::Write;

/// Units from the longest down, in nanoseconds; canonical text takes the first that fits.
pub(crate) const UNITS: [(&str, u64); 9] = [
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// The nanoseconds that a text says, within 63 bits.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut sum: u64 = 0;
    loop {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, behind) = rest.split_at(digits);
        let end = behind
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(behind.len());
        let (unit, left) = behind.split_at(end);
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(*length)?;
        sum = sum.checked_add(part)?;
        if left.is_empty() {
            return i64::try_from(sum).ok();
        }
        rest = left;
    }
}

/// The shortest text of one unit that says these nanoseconds.
pub(crate) fn print(nanos: i64) -> String {
    let nanos = u64::try_from(nanos).unwrap_or(0);
    let mut out = String::new();
    let fitting = UNITS
        .iter()
        .find(|(_, length)| nanos > 0 && nanos.is_multiple_of(*length));
    let (unit, length) = fitting.unwrap_or(&("ns", 1));
    // Writing to a text can't fail.
    let _ = write!(out, "{}{unit}", nanos / length);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_of_time_are_read_in_every_unit() {
        for (text, nanos) in [
            ("90s", 90_000_000_000),
            ("15m", 900_000_000_000),
            ("24h", 86_400_000_000_000),
            ("7d", 604_800_000_000_000),
            ("2w", 1_209_600_000_000_000),
            ("5ms", 5_000_000),
            ("3us", 3_000),
            ("3µs", 3_000),
            ("0ns", 0),
            ("1h30m", 5_400_000_000_000),
        ] {
            assert_eq!(parse(text), Some(nanos), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "5 s",
            "-5s",
            "1.5s",
            "5y",
            "9999999999w",
            "5s6",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(nanos in 0..=i64::MAX) {
            prop_assert_eq!(parse(&print(nanos)), Some(nanos));
        }
    }
}
