//! Every answer is the one that `cedar-policy` gives when it is called directly.
//!
//! `plain` calls it, and puts together what comes out as the documentation of `CedarPolicy` says.

use audit_core::cedar::CedarPolicy;
use cedar_policy::Schema;
use proptest::prelude::*;

use super::answer;
use super::generate::{ENTITIES, SCHEMA, Written, loose, strict};
use super::plain::{Parsed, Substitute, World, inexpressible};

/// Values of every kind. What no policy can read may be any of them.
const SUBSTITUTES: [Substitute; 6] = [
    None,
    Some("7"),
    Some("\"a\""),
    Some("true"),
    Some("{x: 1}"),
    Some("[1]"),
];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(384))]

    #[test]
    fn every_answer_is_that_of_cedar((policies, requests) in loose()) {
        let text = text(&policies);
        let ours = CedarPolicy::from_strings(&text, None, Some(ENTITIES)).unwrap();
        let parsed = Parsed::new(&policies);
        for asked in &requests {
            let found = answer(&ours, asked);
            // Such a message begins with the place of a value, others with a policy.
            if found.starts_with("indeterminate: `") {
                prop_assert!(inexpressible(asked), "{found}\n{asked:?}\n{text}");
                continue;
            }
            let substitutes = if inexpressible(asked) { &SUBSTITUTES[..] } else { &SUBSTITUTES[..1] };
            for substitute in substitutes {
                let world = World::loose(asked, *substitute);
                prop_assert_eq!(&brief(&found), &world.answer(&parsed), "{:?}\n{:?}\n{}", substitute, asked, text);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn every_answer_under_a_schema_is_that_of_cedar((policies, requests) in strict()) {
        let text = text(&policies);
        let ours = CedarPolicy::from_strings(&text, Some(SCHEMA), Some(ENTITIES)).unwrap();
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).unwrap();
        let parsed = Parsed::new(&policies);
        for asked in &requests {
            let found = answer(&ours, asked);
            match World::strict(asked, &schema) {
                Some(world) => {
                    prop_assert_eq!(&brief(&found), &world.answer(&parsed), "{:?}\n{}", asked, text);
                }
                None => prop_assert!(found.starts_with("indeterminate: `"), "{found}\n{asked:?}\n{text}"),
            }
        }
    }
}

fn text(policies: &[Written]) -> String {
    policies
        .iter()
        .enumerate()
        .map(|(number, policy)| policy.text(number))
        .collect()
}

/// An answer without what is said of failed policies but the first one's name.
fn brief(answer: &str) -> String {
    match answer.strip_prefix("indeterminate: ") {
        Some(why) => format!("failed: {}", why.split('`').nth(1).unwrap_or_default()),
        None => answer.to_owned(),
    }
}
