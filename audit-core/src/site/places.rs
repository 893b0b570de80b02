//! [`Places`]: which arguments of a function its policy asks for, found once for each policy.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An argument as generated code writes it: name, type, and `Captures` as a number, in the order of its words. A
/// tuple, as every path and field costs the compiler time in every function.
pub(crate) type RawArgument = (&'static str, &'static str, u8);

/// Which arguments a policy asks for, in the order of its schema: at most seven places of four bits, beside the
/// serial number of the policy they were found for.
#[derive(Debug)]
pub(super) struct Places(AtomicU64);

/// The most places that a plan holds.
const PLACES: usize = 7;
/// The bits of one place.
const BITS: u32 = 4;
/// Where the number of places stands.
const COUNT: u32 = 28;
const MASK: u64 = 0xf;

impl Places {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Calls with each place, in order. Makes a new plan if this one was made for another policy.
    #[inline]
    pub(super) fn each(
        &self,
        serial: u32,
        arguments: &[RawArgument],
        declared: impl FnOnce() -> Vec<Arc<str>>,
        mut call: impl FnMut(usize),
    ) {
        let plan = self.0.load(Ordering::Relaxed);
        if plan >> 32 == u64::from(serial) {
            return each_of(plan, call);
        }
        let declared = declared();
        let place_of =
            |name: &Arc<str>| arguments.iter().position(|argument| *argument.0 == **name);
        let places: Vec<usize> = declared.iter().filter_map(place_of).collect();
        if let Some(plan) = pack(serial, &places) {
            self.0.store(plan, Ordering::Relaxed);
        }
        places.into_iter().for_each(&mut call);
    }
}

#[inline]
fn each_of(plan: u64, mut call: impl FnMut(usize)) {
    let count = (plan >> COUNT) & MASK;
    let mut rest = plan;
    for _ in 0..count {
        call((rest & MASK) as usize);
        rest >>= BITS;
    }
}

/// `None` if there are too many, or one is too far back.
fn pack(serial: u32, places: &[usize]) -> Option<u64> {
    if places.len() > PLACES {
        return None;
    }
    let mut plan = (u64::from(serial) << 32) | (places.len() as u64) << COUNT;
    for (number, place) in places.iter().enumerate() {
        let place = u64::try_from(*place).ok().filter(|place| *place <= MASK)?;
        plan |= place << (number * BITS as usize);
    }
    Some(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(count: usize) -> Vec<RawArgument> {
        let names = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q",
        ];
        let argument = |name: &&'static str| (*name, "u8", 0);
        names.iter().take(count).map(argument).collect()
    }

    /// The places called with, and whether the schema was asked.
    fn places(
        plan: &Places,
        serial: u32,
        arguments: &[RawArgument],
        declared: &[&str],
    ) -> (Vec<usize>, bool) {
        let (mut called, mut asked) = (Vec::new(), false);
        let declare = || {
            asked = true;
            declared.iter().map(|name| Arc::from(*name)).collect()
        };
        plan.each(serial, arguments, declare, |place| called.push(place));
        (called, asked)
    }

    #[test]
    fn asks_the_schema_once_for_each_policy_and_keeps_its_order() {
        let (plan, arguments) = (Places::new(), arguments(4));
        assert_eq!(
            places(&plan, 1, &arguments, &["c", "x", "a"]),
            (vec![2, 0], true)
        );
        assert_eq!(places(&plan, 1, &arguments, &[]), (vec![2, 0], false));
        assert_eq!(places(&plan, 2, &arguments, &["d"]), (vec![3], true));
        assert_eq!(places(&plan, 2, &arguments, &[]), (vec![3], false));
        assert_eq!(places(&plan, 1, &arguments, &[]), (vec![], true));
        assert_eq!(places(&plan, 1, &arguments, &["a"]), (vec![], false));
    }

    #[test]
    fn what_no_plan_can_hold_is_asked_for_again_and_right() {
        let (plan, arguments) = (Places::new(), arguments(17));
        let eight = ["a", "b", "c", "d", "e", "f", "g", "h"];
        for _ in 0..2 {
            assert_eq!(
                places(&plan, 1, &arguments, &eight),
                ((0..8).collect(), true)
            );
            assert_eq!(places(&plan, 1, &arguments, &["q"]), (vec![16], true));
        }
        assert_eq!(
            places(&plan, 1, &arguments, &eight[..7]),
            ((0..7).collect(), true)
        );
        assert_eq!(places(&plan, 1, &arguments, &[]), ((0..7).collect(), false));
        assert_eq!(places(&plan, 3, &arguments, &["p"]), (vec![15], true));
        assert_eq!(places(&plan, 3, &arguments, &[]), (vec![15], false));
    }
}
