//! Threads that ask all the time, while the directory goes through one fault after the other: each answer is wholly that
//! of one policy that was complete.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use audit_core::{Digest, Effect, Evaluator as _, Policy};

use crate::place::{Place, SETTLE, cut_rules, rules, write};
use crate::support::{SCHEMA, refund};

const VERSIONS: u32 = 12;

/// The digest of each version, from its complete files.
fn digests() -> HashMap<u32, Digest> {
    let digest = |version| {
        let policy = Policy::from_strings(&schema(version), &rules(version), None);
        policy.unwrap().info().digest
    };
    (1..=VERSIONS)
        .map(|version| (version, digest(version)))
        .collect()
}

/// Each version has a field of its own, so that rules and schema of different versions make another digest.
fn schema(version: u32) -> String {
    let field = format!("urgent: boolean, field_{version}: string");
    SCHEMA.replace("urgent: boolean", &field)
}

/// Goes from one version to the next with a fault on the way, and looks at every step.
fn change(place: &Place, version: u32) {
    let file = place.path().join("policy.yaml");
    let look = || {
        place.clock.advance(SETTLE / 3);
        place.look();
    };
    match version % 4 {
        0 => {
            // Rules first, cut where they would compile; the schema last.
            place.write("policy.yaml", &cut_rules(version));
            look();
            place.write("policy.yaml", &rules(version));
            look();
            place.write("schema.yaml", &schema(version));
        }
        1 => {
            // Away for a moment, then broken until it is refused, then whole.
            fs::remove_file(&file).unwrap();
            look();
            place.write("policy.yaml", "rules: [");
            place.settle();
            place.write("schema.yaml", &schema(version));
            place.write("policy.yaml", &rules(version));
        }
        2 => {
            // In pieces.
            place.write("schema.yaml", &schema(version));
            let rules = rules(version);
            for end in [0, rules.len() / 3, rules.len() / 2, rules.len()] {
                look();
                place.write("policy.yaml", &rules[..end]);
            }
        }
        _ => {
            // One file after the other, each in one step.
            for (name, text) in [
                ("policy.yaml", rules(version)),
                ("schema.yaml", schema(version)),
            ] {
                let beside = place.path().join("beside");
                fs::write(&beside, text).unwrap();
                look();
                fs::rename(&beside, place.path().join(name)).unwrap();
            }
        }
    }
    place.settle();
}

#[test]
fn each_answer_is_wholly_that_of_one_complete_policy_and_none_is_late() {
    let place = Place::at("", |dir| {
        write(dir, 1);
        fs::write(dir.join("schema.yaml"), schema(1)).unwrap();
    });
    let (digests, stop) = (digests(), AtomicBool::new(false));
    // The last version that is surely in place.
    let least = AtomicU64::new(1);
    thread::scope(|scope| {
        let askers = [(); 2].map(|()| {
            scope.spawn(|| {
                let mut answers = 0_u64;
                while !stop.load(Ordering::SeqCst) || answers == 0 {
                    let before = least.load(Ordering::SeqCst);
                    for (amount, rule, effect) in [
                        (5000, "block", Effect::Block),
                        (500, "approve", Effect::RequireApproval),
                    ] {
                        let decision = place.runtime.evaluate(&refund(amount));
                        let version = decision.policy.version;
                        let rule = format!("{rule}_{version}");
                        assert_eq!(decision.policy.digest, digests[&version]);
                        assert_eq!(decision.matched_rule.as_deref(), Some(rule.as_str()));
                        assert_eq!(decision.effect, effect);
                        assert!(u64::from(version) >= before, "an old policy came back");
                    }
                    answers += 1;
                }
                answers
            })
        });
        for version in 2..=VERSIONS {
            change(&place, version);
            assert_eq!(place.version(), version);
            least.store(version.into(), Ordering::SeqCst);
        }
        stop.store(true, Ordering::SeqCst);
        for asker in askers {
            assert!(asker.join().unwrap() > 0);
        }
    });
    let names = place.names();
    let count = |of: &str| names.iter().filter(|name| *name == of).count();
    assert_eq!(count("policy.loaded"), VERSIONS as usize - 1);
    assert_eq!(count("policy.refused"), 2, "the broken files, once each");
}
