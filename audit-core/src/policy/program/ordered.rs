//! Lists in rule order: each item with the number of its rule.

/// The first rule before `best` whose item holds, else `best`. Ends where the list can't improve on it.
#[inline(always)]
pub(super) fn first<T>(list: &[(u32, T)], best: u32, holds: impl Fn(&T) -> bool) -> u32 {
    for (rule, item) in list {
        if *rule >= best {
            return best;
        }
        if holds(item) {
            return *rule;
        }
    }
    best
}
