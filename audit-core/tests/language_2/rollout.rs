//! Rules for a part of all.

use audit_core::{Actor, Effect, Evaluator, Policy};
use proptest::prelude::*;

use crate::asked::{Asked, policy};

fn rolled_out(percent: &str) -> Policy {
    rule_rolled_out("r", percent)
}

fn rule_rolled_out(id: &str, percent: &str) -> Policy {
    policy(&format!(
        "default: allow\nrules: [{{id: {id:?}, scope: {{action: pay}}, effect: block, rollout: {percent}}}]"
    ))
}

/// Who is in, of so many actors.
fn inside(policy: &Policy, many: u32) -> Vec<u32> {
    let mut asked = Asked::pay();
    (0..many)
        .filter(|number| {
            asked.actor = Actor::new(format!("actor-{number}"));
            let answer = asked.of(policy);
            let is_in = answer.effect == Effect::Block;
            assert_eq!(answer.would.is_none(), is_in, "the others see it in shadow");
            is_in
        })
        .collect()
}

#[test]
fn raising_it_takes_nobody_out() {
    let shares = ["0", "0.5", "1", "10", "25", "50", "99.9", "100"];
    let inside: Vec<_> = shares
        .iter()
        .map(|percent| inside(&rolled_out(percent), 2_000))
        .collect();
    for pair in inside.windows(2) {
        assert!(pair[0].iter().all(|number| pair[1].contains(number)));
    }
    assert_eq!((inside[0].len(), inside[7].len()), (0, 2_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_is_in_stays_in_whatever_the_rule_the_actor_and_the_steps(
        id in "[a-z]{1,12}", name in ".{1,12}", mut hundredths in prop::collection::vec(0..=10_000_u32, 2..12),
    ) {
        hundredths.sort_unstable();
        let mut asked = Asked::pay();
        asked.actor = Actor::new(name);
        let mut was_in = false;
        for step in hundredths {
            let percent = format!("{}.{:02}", step / 100, step % 100);
            let is_in = asked.of(&rule_rolled_out(&id, &percent)).effect == Effect::Block;
            prop_assert!(is_in || !was_in, "{id} lost {:?} at {percent}", asked.actor);
            prop_assert!(is_in || step < 10_000, "somebody is out at 100");
            prop_assert!(!is_in || step > 0, "somebody is in at 0");
            was_in = is_in;
        }
    }
}

#[test]
fn it_takes_the_part_it_says() {
    // Four standard deviations of a binomial distribution.
    let many = 20_000;
    let count = inside(&rolled_out("25"), many).len();
    assert!((4_755..=5_245).contains(&count), "{count}");
}

#[test]
fn the_place_of_an_actor_is_the_same_in_every_process() {
    // The first eight bytes of SHA-256("audit-rollout/v1\nr\nactor-7"), as a part of 2^64, are 0.4298...
    let is_in = |percent: &str| inside(&rolled_out(percent), 8).contains(&7);
    let steps: Vec<_> = (1..=100)
        .filter(|percent| is_in(&percent.to_string()))
        .collect();
    assert_eq!(steps.len(), 101 - FIRST_PERCENT_OF_ACTOR_7);
    assert_eq!(steps[0], FIRST_PERCENT_OF_ACTOR_7);
}

/// Worked out with `sha256sum`.
const FIRST_PERCENT_OF_ACTOR_7: usize = 43;

#[test]
fn whoever_has_no_name_is_in_only_at_100() {
    assert_eq!(Asked::pay().of(&rolled_out("99.99")).effect, Effect::Allow);
    assert_eq!(Asked::pay().of(&rolled_out("100")).effect, Effect::Block);
}

#[test]
fn another_text_divides_it_too() {
    let policy = rolled_out("{percent: 50, by: request.tenant}");
    let tenants = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let inside = tenants.map(|tenant| {
        let mut asked = Asked::pay().by("ada");
        asked.tenant = Some(tenant);
        asked.of(&policy).effect == Effect::Block
    });
    assert!(inside.contains(&true) && inside.contains(&false));
    assert!(policy.modes().rules.contains_key("r"));
}
