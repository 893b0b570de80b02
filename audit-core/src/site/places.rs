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

    /// Calls with each place, in order. Finds them anew if they were found for another policy: without memory from the
    /// heap, as runtimes side by side may take turns at one function.
    #[inline]
    pub(super) fn each<'d>(
        &self,
        serial: u32,
        arguments: &[RawArgument],
        declared: impl FnOnce() -> &'d [Arc<str>],
        mut call: impl FnMut(usize),
    ) {
        let known = self.0.load(Ordering::Relaxed);
        if known >> 32 == u64::from(serial) {
            return each_of(known, call);
        }
        let mut packing = Packing::new(serial);
        for name in declared() {
            if let Some(place) = arguments.iter().position(|argument| *argument.0 == **name) {
                packing.push(place);
                call(place);
            }
        }
        if let Some(packed) = packing.packed {
            self.0.store(packed, Ordering::Relaxed);
        }
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

/// Places on their way into one word; `None` once there are too many, or one is too far back.
struct Packing {
    packed: Option<u64>,
    count: usize,
}

impl Packing {
    fn new(serial: u32) -> Self {
        let packed = Some(u64::from(serial) << 32);
        Self { packed, count: 0 }
    }

    fn push(&mut self, place: usize) {
        let place = u64::try_from(place).ok().filter(|place| *place <= MASK);
        self.packed = match (self.packed, place) {
            (Some(packed), Some(place)) if self.count < PLACES => {
                let place = place << (self.count * BITS as usize);
                Some((packed + (1 << COUNT)) | place)
            }
            _ => None,
        };
        self.count += 1;
    }
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
        let declared: Vec<Arc<str>> = declared.iter().map(|name| Arc::from(*name)).collect();
        let declare = || {
            asked = true;
            declared.as_slice()
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
