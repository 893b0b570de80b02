//! Numbers as keys: whole numbers whose order is that of what they stand for.
//!
//! Whole numbers, binary floats and points in time are all held against literals as an `i64`, exactly. Of one field every
//! key is made alike, so keys of different makes never meet.

/// Below every key of a float, and no number is below it: what is no number stands at both ends with it.
pub(super) const NO_NUMBER: i64 = i64::MIN;

/// The key of a float; `None` for a NaN. Both zeros have one key.
#[inline(always)]
pub(super) fn of_float(number: f64) -> Option<i64> {
    if number.is_nan() {
        None
    } else {
        Some(of_number(number))
    }
}

/// The key of a whole number as a float, which rounds it beyond 2^53.
#[inline(always)]
#[allow(
    clippy::cast_precision_loss,
    reason = "the type `number` is a binary float"
)]
pub(super) fn of_whole(number: i64) -> i64 {
    of_number(number as f64)
}

/// The key of a float that is no NaN.
#[inline(always)]
fn of_number(number: f64) -> i64 {
    // Of two positive floats the larger has the larger bits; of two negative ones the smaller has.
    let bits = (number + 0.0).to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::of_float;

    #[test]
    fn keys_are_ordered_as_floats_are() {
        let numbers = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            f64::MIN_POSITIVE,
            1.0,
            1.0 + f64::EPSILON,
            9_007_199_254_740_993.0,
            f64::MAX,
            f64::INFINITY,
        ];
        for pair in numbers.windows(2) {
            assert!(of_float(pair[0]) < of_float(pair[1]), "{pair:?}");
        }
        assert_eq!(of_float(0.0), of_float(-0.0));
        assert_eq!(of_float(f64::NAN), None);
    }
}
