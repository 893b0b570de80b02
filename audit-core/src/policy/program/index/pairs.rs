//! Pairs of thresholds that must both be passed.

use std::collections::BTreeMap;

use super::super::held::Slots;
use super::NONE;

/// Pairs of thresholds, those that ask the same two keys together: the keys are then loaded once.
#[derive(Debug, Default)]
pub(super) struct Pairs(Vec<Alike>);

/// Up to so many pairs before it, each is held against a new one: many rules must not take time in proportion to the
/// square of their number.
const COMPARED: usize = 64;

/// Pairs that ask the same two keys, in rule order.
#[derive(Debug)]
struct Alike {
    places: [u32; 2],
    first: u32,
    pairs: Box<[Pair]>,
}

/// Two limits that two keys must be above.
#[derive(Clone, Copy, Debug)]
struct Pair {
    limits: [i64; 2],
    rule: u32,
}

impl Pairs {
    /// Of rules in order, each with the places of its two keys and their limits.
    pub(super) fn new(rules: Vec<(u32, [(u32, i64); 2])>) -> Self {
        let mut alike: BTreeMap<[u32; 2], Vec<Pair>> = BTreeMap::new();
        for (rule, mut thresholds) in rules {
            thresholds.sort_unstable();
            let [(one, limit), (two, other)] = thresholds;
            let limits = [limit, other];
            let pair = Pair { limits, rule };
            let before = alike.entry([one, two]).or_default();
            if !before.iter().take(COMPARED).any(|known| known.covers(pair)) {
                before.push(pair);
            }
        }
        let alike = alike.into_iter().map(|(places, pairs)| Alike {
            places,
            first: pairs.first().map_or(NONE, |pair| pair.rule),
            pairs: pairs.into(),
        });
        Self(alike.collect())
    }

    /// The first rule before `best` both of whose thresholds are passed, else `best`.
    #[inline]
    pub(super) fn first_match(&self, slots: &Slots<'_, '_>, mut best: u32) -> u32 {
        for alike in &self.0 {
            if alike.first < best {
                let [one, two] = alike.places;
                best = alike.first_match([slots.signed(one), slots.signed(two)], best);
            }
        }
        best
    }
}

impl Pair {
    /// Whether it holds wherever another does: one behind it then never decides.
    fn covers(self, other: Self) -> bool {
        let ([limit, second], [higher, other]) = (self.limits, other.limits);
        limit <= higher && second <= other
    }
}

impl Alike {
    #[inline]
    #[allow(
        clippy::needless_bitwise_bool,
        reason = "a guess costs more than a comparison"
    )]
    fn first_match(&self, keys: [i64; 2], best: u32) -> u32 {
        let [one, two] = keys;
        let mut passed = self.pairs.iter().filter(|pair| {
            let [limit, other] = pair.limits;
            (one > limit) & (two > other)
        });
        passed.next().map_or(best, |pair| pair.rule.min(best))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::held::{Held, Slots};
    use super::{NONE, Pairs};

    /// A pair of limits for each rule, such that some cover others before or behind them.
    const LIMITS: [[i64; 2]; 6] = [[4, 4], [5, 4], [2, 6], [6, 2], [2, 5], [1, 1]];

    #[test]
    fn of_pairs_that_ask_the_same_the_first_that_holds_is_found() {
        let rules = LIMITS.iter().zip(0..);
        let rules = rules.map(|([one, two], rule)| (rule, [(0, *one), (2, *two)]));
        let pairs = Pairs::new(rules.collect());
        for (one, two) in (0..8).flat_map(|one| (0..8).map(move |two| (one, two))) {
            let (mut held, mut signed) = ([Held::Absent; 2], [i64::MIN; 4]);
            let mut slots = Slots::new(&mut held, &mut signed);
            slots.put(0, Held::Number(one));
            slots.put(1, Held::Number(two));
            let first = LIMITS.iter().zip(0..);
            let first = first.filter(|([limit, other], _)| one > *limit && two > *other);
            let first = first.map(|(_, rule)| rule).next().unwrap_or(NONE);
            assert_eq!(pairs.first_match(&slots, NONE), first, "{one}, {two}");
        }
    }
}
