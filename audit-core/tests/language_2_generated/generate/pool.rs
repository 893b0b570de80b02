//! The values of one case: what its rules say, and what its requests hold near that.

use audit_core::{Timestamp, Value};
use fastrand::Rng;

use super::super::ast::{Literal, Scalar};
use super::{chance, pick};

const TEXTS: [&str; 30] = [
    "",
    "a",
    "b",
    "ab",
    "A",
    "Ab",
    "abc",
    "alice",
    "bob",
    "carol",
    "act",
    "other",
    "acme",
    "1",
    "true",
    "null",
    "~",
    "12.30",
    "a.b",
    "[a]",
    "10.0.0.1",
    "10.255.255.255",
    "11.0.0.0",
    "::ffff:10.0.0.1",
    "fe80::1",
    "::1",
    "abcdefghijklmnopqrstuvwx",
    "abcdefghijklmnopqrstuvwy",
    "ä\u{308}\u{0}\n",
    "2026-11-23T08:00:00Z",
];
const WHOLES: [i128; 16] = [
    0,
    1,
    -1,
    2,
    3,
    10,
    1000,
    -1000,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    9_223_372_036_854_775_806,
    9_223_372_036_854_775_807,
    9_223_372_036_854_775_808,
    18_446_744_073_709_551_615,
    -9_223_372_036_854_775_808,
    -9_223_372_036_854_775_807,
];
const DECIMALS: [&str; 20] = [
    "0",
    "-0",
    "0.00",
    "1",
    "1.0",
    "1.00",
    "-1",
    "2",
    "12.3",
    "12.30",
    "12.31",
    "-12.3",
    "1000",
    "1000.00",
    "0.1",
    "9223372036854775807",
    "18446744073709551615",
    "9999999999999999999999999999",
    "-9999999999999999999999999999",
    "0.0000000000000000000000000001",
];
const NUMBERS: [f64; 15] = [
    0.0,
    -0.0,
    1.0,
    2.0,
    3.0,
    0.5,
    -1.5,
    1000.0,
    12.3,
    9_007_199_254_740_992.0,
    18_446_744_073_709_551_616.0,
    5e-324,
    1.797_693_134_862_315_7e308,
    f64::INFINITY,
    f64::NEG_INFINITY,
];
/// Close to the bounds of the times of day that rules name, and to the days on which clocks change.
pub(super) const TIMES: [&str; 20] = [
    "2026-11-23T08:00:00Z",
    "2026-11-23T09:00:00+01:00",
    "2026-11-23T07:59:59.999999999Z",
    "2026-11-23t08:00:00.000000001z",
    "2026-11-23T16:29:59.5Z",
    "2026-11-23T16:30:00Z",
    "2026-11-22T22:59:59-03:30",
    "2026-11-27T22:00:00Z",
    "2026-11-28T05:59:59Z",
    "2026-11-28T06:00:00Z",
    "2026-03-29T00:59:59Z",
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2024-02-29T12:00:00Z",
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999999Z",
    "1677-09-21T00:12:43.145224192Z",
    "2262-04-11T23:47:16.854775807Z",
    "2262-04-11T23:47:16.854775806Z",
];

/// The values of one case.
#[derive(Debug)]
pub(super) struct Pool {
    texts: Vec<&'static str>,
    wholes: Vec<i128>,
    decimals: Vec<&'static str>,
    numbers: Vec<f64>,
    times: Vec<&'static str>,
}

fn some<T: Copy>(rng: &mut Rng, from: &[T]) -> Vec<T> {
    let count = rng.usize(1..=5);
    (0..count).map(|_| pick(rng, from)).collect()
}

impl Pool {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            texts: some(rng, &TEXTS),
            wholes: some(rng, &WHOLES),
            decimals: some(rng, &DECIMALS),
            numbers: some(rng, &NUMBERS),
            times: some(rng, &TIMES),
        }
    }

    /// A value as a rule writes it.
    pub(super) fn literal(&self, rng: &mut Rng, scalar: Scalar) -> Literal {
        match scalar {
            Scalar::Text => Literal::Text(self.text(rng)),
            Scalar::Boolean => Literal::Boolean(rng.bool()),
            Scalar::Integer => Literal::Whole(pick(rng, &self.wholes)),
            Scalar::Decimal => Literal::Decimal(pick(rng, &self.decimals)),
            Scalar::Number => Literal::Number(pick(rng, &self.numbers)),
            Scalar::Time => Literal::Time(self.time(rng)),
        }
    }

    pub(super) fn text(&self, rng: &mut Rng) -> &'static str {
        if chance(rng, 80) {
            pick(rng, &self.texts)
        } else {
            pick(rng, &TEXTS)
        }
    }

    pub(super) fn time(&self, rng: &mut Rng) -> &'static str {
        if chance(rng, 70) {
            pick(rng, &self.times)
        } else {
            pick(rng, &TIMES)
        }
    }

    /// A value of a type as a request holds it: one that rules name, or the next one.
    pub(super) fn value(&self, rng: &mut Rng, scalar: Scalar) -> Value<'static> {
        match scalar {
            Scalar::Text => Value::from(self.text(rng)),
            Scalar::Boolean => Value::from(rng.bool()),
            Scalar::Integer => {
                let number = pick(rng, &self.wholes) + i128::from(rng.i8(-1..=1));
                whole(number)
            }
            Scalar::Decimal => match rng.u32(..8) {
                0 => whole(pick(rng, &self.wholes)),
                1 => Value::from(format!("{}.0", rng.i8(..))),
                2 => Value::from(pick(rng, &["+1", "-12.29", "012.300", "1000.000001"])),
                _ => Value::from(pick(rng, &self.decimals)),
            },
            Scalar::Number => match rng.u32(..8) {
                0 => whole(pick(rng, &WHOLES)),
                1 => Value::from(f64::NAN),
                2 => Value::from(pick(rng, &self.numbers).next_up()),
                3 => Value::from(pick(rng, &self.numbers).next_down()),
                _ => Value::from(pick(rng, &self.numbers)),
            },
            Scalar::Time => {
                let time = self.time(rng);
                if chance(rng, 70) {
                    return Value::from(time);
                }
                let nanos = time.to_uppercase().parse::<Timestamp>().unwrap().as_nanos();
                let next = nanos.saturating_add(pick(rng, &[-1, 1]));
                Value::from(Timestamp::from_nanos(next).to_string())
            }
        }
    }

    /// A value that is not of a type, or that comes close to being none.
    pub(super) fn odd(&self, rng: &mut Rng, scalar: Scalar) -> Value<'static> {
        let other = pick(rng, &Scalar::ALL);
        match (rng.u32(..4), scalar) {
            (0, Scalar::Decimal) => Value::from(pick(
                rng,
                &[
                    "",
                    " 1",
                    "1 ",
                    "1.",
                    ".5",
                    "1e3",
                    "1_0",
                    "0x1",
                    "--1",
                    "10000000000000000000000000000",
                ],
            )),
            (0 | 1, Scalar::Decimal | Scalar::Integer) => Value::from(pick(rng, &self.numbers)),
            (0, Scalar::Time) => Value::from(pick(
                rng,
                &[
                    "2026-11-23",
                    "2026-11-23T08:00:00",
                    "soon",
                    "2262-04-11T23:47:16.854775808Z",
                    "",
                ],
            )),
            (2, _) => Value::Null,
            (3, _) => Value::from(vec![self.value(rng, scalar)]),
            _ => self.value(rng, other),
        }
    }
}

fn whole(number: i128) -> Value<'static> {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Value::Int(number),
        (_, Ok(number)) => Value::UInt(number),
        // One beyond the ends.
        _ if number < 0 => Value::Int(i64::MIN),
        _ => Value::UInt(u64::MAX),
    }
}
