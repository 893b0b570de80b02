//! Lone thresholds: which rules a number exceeds, or falls short of.

use super::NONE;

/// The lone thresholds of one slot.
#[derive(Debug)]
pub(super) struct Thresholds {
    above: Limits,
    below: Limits,
}

/// Ascending limits, and for each the first rule among those that hold with it.
#[derive(Debug, Default)]
struct Limits {
    limits: Vec<i64>,
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
        if !self.above.limits.is_empty() {
            let under = self.above.limits.partition_point(|limit| *limit < number);
            rule = under
                .checked_sub(1)
                .and_then(|last| self.above.first.get(last))
                .copied()
                .unwrap_or(NONE);
        }
        // Every limit over the number holds, so the first of them knows the first rule.
        if !self.below.limits.is_empty() {
            let over = self.below.limits.partition_point(|limit| *limit <= number);
            rule = rule.min(self.below.first.get(over).copied().unwrap_or(NONE));
        }
        rule
    }
}

impl Limits {
    /// Each limit knows the first rule among itself and all lower limits.
    fn with_lower(mut pairs: Vec<(i64, u32)>) -> Self {
        pairs.sort_by_key(|(limit, _)| *limit);
        Self::accumulate(pairs)
    }

    /// Each limit knows the first rule among itself and all higher limits.
    fn with_higher(mut pairs: Vec<(i64, u32)>) -> Self {
        pairs.sort_by_key(|(limit, _)| std::cmp::Reverse(*limit));
        let mut table = Self::accumulate(pairs);
        table.limits.reverse();
        table.first.reverse();
        table
    }

    /// Each limit knows the first rule among itself and all limits before it.
    fn accumulate(pairs: Vec<(i64, u32)>) -> Self {
        let mut lowest = NONE;
        let mut table = Self::default();
        for (limit, rule) in pairs {
            lowest = lowest.min(rule);
            table.limits.push(limit);
            table.first.push(lowest);
        }
        table
    }
}
