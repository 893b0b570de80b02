//! Policy sets and requests over few fields and literals, so that rules match and collide often.

mod pool;
mod request;
mod rule;
mod schema;

use audit_core::{Effect, Mode};
use fastrand::Rng;

use super::ast::{Asked, Policy};
use pool::Pool;
use rule::Author;

/// One of several.
fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// Whether something happens that happens so many times of a hundred.
fn chance(rng: &mut Rng, percent: u32) -> bool {
    rng.u32(..100) < percent
}

const EFFECTS: [Effect; 3] = [Effect::Allow, Effect::Block, Effect::RequireApproval];
const MODES: [Mode; 3] = [Mode::Off, Mode::Shadow, Mode::Enforce];

/// A policy set and requests to put to it. Most policies are small; some have more rules than a table needs to be built.
pub(crate) fn case(rng: &mut Rng) -> (Policy, Vec<Asked>) {
    let pool = Pool::new(rng);
    let schema = schema::generate(rng);
    let count = match rng.u32(..1000) {
        0 => rng.usize(65..100),
        1..=7 => rng.usize(14..40),
        8..=79 => rng.usize(4..12),
        _ => rng.usize(0..4),
    };
    let mut author = Author::new(rng, &schema, &pool, count > 12);
    let rules = (0..count).map(|number| author.rule(number)).collect();
    let word = |rng: &mut Rng, words: &[Option<&'static str>]| pick(rng, words);
    let policy = Policy {
        block_overrides: rng.bool(),
        default: pick(rng, &EFFECTS),
        on_missing: word(rng, &[None, Some("indeterminate"), Some("no_match")]),
        on_error: word(
            rng,
            &[None, Some("indeterminate"), Some("no_match"), Some("allow")],
        ),
        mode: chance(rng, 10).then(|| pick(rng, &MODES)),
        modes: if chance(rng, 10) {
            vec![("act", pick(rng, &MODES))]
        } else {
            Vec::new()
        },
        rules,
        schema,
    };
    let count = rng.usize(2..4);
    let requests = (0..count)
        .map(|_| request::generate(rng, &policy, &pool))
        .collect();
    (policy, requests)
}
