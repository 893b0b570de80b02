//! Lone thresholds: which rules a number exceeds, or falls short of.

use super::NONE;

/// The lone thresholds of one slot.
#[derive(Debug)]
pub(super) struct Thresholds {
    above: Limits,
    below: Limits,
}

/// Limits, and for each the first rule among those that hold with it.
#[derive(Debug)]
struct Limits {
    /// The limit that is passed most easily. Most numbers pass none, and then nothing else need be looked at.
    easiest: i64,
    ascending: Vec<i64>,
    first: Vec<u32>,
}

impl Thresholds {
    /// Of limits that a number must be above, and limits that it must be below, each with its rule.
    pub(super) fn new(above: Vec<(i64, u32)>, below: Vec<(i64, u32)>) -> Self {
        Self {
            above: Limits::with_lower(above),
            below: Limits::with_higher(below),
        }
    }

    /// The first rule whose threshold the number passes.
    #[inline]
    pub(super) fn first_rule(&self, number: i64) -> u32 {
        let mut rule = NONE;
        // Every limit under the number holds, so the last of them knows the first rule.
        if number > self.above.easiest {
            let under = self
                .above
                .ascending
                .partition_point(|limit| *limit < number);
            rule = under
                .checked_sub(1)
                .and_then(|last| self.above.first.get(last))
                .copied()
                .unwrap_or(NONE);
        }
        // Every limit over the number holds, so the first of them knows the first rule.
        if number < self.below.easiest {
            let over = self
                .below
                .ascending
                .partition_point(|limit| *limit <= number);
            rule = rule.min(self.below.first.get(over).copied().unwrap_or(NONE));
        }
        rule
    }
}

impl Limits {
    /// Each limit knows the first rule among itself and all lower limits.
    fn with_lower(mut pairs: Vec<(i64, u32)>) -> Self {
        pairs.sort_by_key(|(limit, _)| *limit);
        // No number is above the highest.
        Self::accumulate(pairs, i64::MAX)
    }

    /// Each limit knows the first rule among itself and all higher limits.
    fn with_higher(mut pairs: Vec<(i64, u32)>) -> Self {
        pairs.sort_by_key(|(limit, _)| std::cmp::Reverse(*limit));
        // No number is below the lowest.
        let mut table = Self::accumulate(pairs, i64::MIN);
        table.ascending.reverse();
        table.first.reverse();
        table
    }

    /// Each limit knows the first rule among itself and all limits before it. Nothing passes `never`.
    fn accumulate(pairs: Vec<(i64, u32)>, never: i64) -> Self {
        let mut lowest = NONE;
        let mut table = Self {
            easiest: pairs.first().map_or(never, |(limit, _)| *limit),
            ascending: Vec::with_capacity(pairs.len()),
            first: Vec::with_capacity(pairs.len()),
        };
        for (limit, rule) in pairs {
            lowest = lowest.min(rule);
            table.ascending.push(limit);
            table.first.push(lowest);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::{NONE, Thresholds};

    #[test]
    fn the_first_rule_whose_limit_is_passed_is_found_at_every_edge() {
        let above = [(20, 1), (10, 3), (i64::MAX, 0)];
        let below = [(-20, 2), (-10, 4), (i64::MIN, 0)];
        let rules = Thresholds::new(above.to_vec(), below.to_vec());
        let edges = [-20, -10, 10, 20, i64::MIN + 1, i64::MAX - 1];
        for number in edges.into_iter().flat_map(|edge| edge - 1..=edge + 1) {
            let passed = above.iter().filter(|(limit, _)| number > *limit);
            let passed = passed.chain(below.iter().filter(|(limit, _)| number < *limit));
            let first = passed.map(|(_, rule)| *rule).min().unwrap_or(NONE);
            assert_eq!(rules.first_rule(number), first, "{number}");
        }
    }
}
