//! Pairs of thresholds that must both be passed.

use std::collections::BTreeMap;

use super::super::held::Slots;
use super::NONE;

/// Pairs of thresholds, those that ask the same two keys together: the keys are then loaded once.
#[derive(Debug, Default)]
pub(super) struct Pairs(Vec<Alike>);

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
            alike
                .entry([one, two])
                .or_default()
                .push(Pair { limits, rule });
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
