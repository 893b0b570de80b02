//! Who rules are rolled out to, asked of the compiled policy.

use audit_core::{Action, Actor, Evaluator as _, Policy, Request, Snapshot};

const SCHEMA: &str = "language: audit/2
actions: {act: {fields: {}}}
actor: {fields: {id: string}}
";
const ACTORS: u32 = 100_000;

/// Whether the actor of each number is blocked by a rule of this name that is rolled out so far.
fn blocked(rule: &str, percent: &str, actors: u32) -> Vec<bool> {
    let rules = format!(
        "language: audit/2
default: allow
rules: [{{id: {rule}, scope: {{global: true}}, effect: block, rollout: {percent}}}]
"
    );
    let policy = Policy::from_strings(SCHEMA, &rules, None).unwrap();
    let (action, snapshot) = (Action::new("act"), Snapshot::new());
    let is_blocked = |number| {
        let actor = Actor::new(format!("actor-{number}"));
        let request = Request::new(&action, &actor, &snapshot);
        let verdict = policy.evaluate(&request).unwrap();
        assert_eq!(verdict.would.is_some(), verdict.matched_rule.is_none());
        verdict.matched_rule.is_some()
    };
    (0..actors).map(is_blocked).collect()
}

fn count(blocked: &[bool]) -> u32 {
    u32::try_from(blocked.iter().filter(|blocked| **blocked).count()).unwrap()
}

#[test]
fn a_quarter_of_all_actors_is_a_quarter() {
    // The standard deviation of 100,000 throws at a quarter is 137; five of them are one in two million.
    let found = count(&blocked("first", "25", ACTORS));
    assert!(found.abs_diff(ACTORS / 4) < 5 * 137, "{found}");
}

#[test]
fn raising_the_percentage_takes_nobody_out() {
    let steps = ["0", "0.1", "5", "12.5", "12.51", "50", "99.99", "100"];
    let steps = steps.map(|percent| blocked("first", percent, 5_000));
    for pair in steps.windows(2) {
        let [before, after] = pair else {
            unreachable!()
        };
        assert!(
            before
                .iter()
                .zip(after)
                .all(|(before, after)| before <= after)
        );
        assert!(count(before) <= count(after));
    }
    assert_eq!(count(&steps[0]), 0);
    assert_eq!(count(&steps[7]), 5_000);
}

#[test]
fn different_rules_take_different_actors() {
    let (first, second) = (
        blocked("first", "50", 10_000),
        blocked("second", "50", 10_000),
    );
    let both = first
        .iter()
        .zip(&second)
        .filter(|(first, second)| **first && **second);
    let both = u32::try_from(both.count()).unwrap();
    // A quarter is in both if neither depends on the other: 2,500, give or take five times 43.
    assert!(both.abs_diff(2_500) < 5 * 43, "{both}");
}
