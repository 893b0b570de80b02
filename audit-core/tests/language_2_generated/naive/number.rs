//! Whole and decimal numbers by their digits, as one compares them on paper.

use std::cmp::Ordering;

/// A number by its digits: no zeros in front of the whole part, none behind the fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Exact {
    /// The number a text holds, if it holds one of at most 28 digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.chars().next()? {
            '-' => (true, &text[1..]),
            '+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = match digits.find('.') {
            Some(point) => (&digits[..point], Some(&digits[point + 1..])),
            None => (digits, None),
        };
        let is_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        if whole.len() + fraction.map_or(0, str::len) > 28 {
            return None;
        }
        let fraction = fraction
            .unwrap_or_default()
            .trim_end_matches('0')
            .to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    /// A whole number.
    pub(crate) fn whole(number: i128) -> Self {
        Self::parse(&number.to_string()).unwrap()
    }

    /// Without the sign: the longer whole part, then digit by digit.
    fn size(&self, other: &Self) -> Ordering {
        let whole = (self.whole.len(), &self.whole).cmp(&(other.whole.len(), &other.whole));
        whole.then_with(|| self.fraction.cmp(&other.fraction))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(match (self.negative, other.negative) {
            (false, false) => self.size(other),
            (true, true) => other.size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        })
    }
}

#[test]
fn numbers_are_ordered_as_on_paper() {
    let ordered = [
        "-9999999999999999999999999999",
        "-12.31",
        "-12.3",
        "-0.0000000000000000000000000001",
        "-0.0",
        "0.0000000000000000000000000001",
        "0.09",
        "0.1",
        "9.99",
        "10",
        "12.3",
        "12.31",
        "18446744073709551615",
        "18446744073709551615.5",
    ];
    let parsed = ordered.map(|text| Exact::parse(text).unwrap());
    assert!(parsed.is_sorted_by(|a, b| a < b));
    assert_eq!(Exact::parse("012.300"), Exact::parse("+12.3"));
    assert_eq!(Exact::parse("-0"), Some(Exact::whole(0)));
    for odd in [
        "", "-", "+", ".", "1.", ".1", "1e3", "1_0", " 1", "--1", "1.2.3", "0x1",
    ] {
        assert_eq!(Exact::parse(odd), None, "{odd}");
    }
    assert_eq!(
        Exact::parse("10000000000000000000000000000"),
        None,
        "29 digits"
    );
    assert!(Exact::parse("00010000000000000000000000000.00").is_some());
}
