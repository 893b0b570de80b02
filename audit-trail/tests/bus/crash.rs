//! The process is killed while events are published.

use std::collections::HashSet;
use std::io::Write as _;

use audit_core::bus::Bus;
use audit_core::testing::block_on;
use audit_core::{Delivery, Scope};

use crate::support::{
    Child, assert_sound, found, is_child, json, losses, must, open, quiet, runtime,
};

/// How many events each of the threads would publish, if nobody killed their process.
const EVENTS: u64 = 100_000;
const THREADS: u64 = 4;

#[test]
#[ignore = "the process that is killed"]
fn publishes_until_it_is_killed() {
    let Some(path) = is_child() else { return };
    let options = quiet().deliver("account.*", Delivery::Durable).unwrap();
    let trail = options.open(path).unwrap();
    let scope = Scope::new().runtime(runtime(&trail));
    let bus = Bus::new();
    let handled = |event: &audit_core::bus::DomainEvent| {
        let order = event.json().unwrap()["order"].as_str().unwrap().to_owned();
        // One write, so that no line is torn. The event is on disk before anybody is told of it.
        std::io::stdout().write_all(format!("told {order}\n").as_bytes())
    };
    bus.subscribe("account.*", handled).unwrap().keep();
    let round = std::process::id();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let (scope, bus) = (scope.clone(), &bus);
            threads.spawn(move || {
                scope.run(|| {
                    for number in 0..EVENTS {
                        let order = format!("{round}-{thread}-{number}");
                        let data = serde_json::json!({"order": order});
                        must(block_on(bus.publish("account.transfer", data)));
                    }
                });
            });
        }
    });
}

/// A number below this one, another each time.
fn random_below(end: u32) -> u32 {
    getrandom::u32().unwrap() % end
}

#[test]
fn an_event_that_anybody_was_told_of_survives_a_kill_once_and_behind_its_operation() {
    let rounds = if std::env::var_os("AUDIT_FULL").is_some() {
        20
    } else {
        3
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut told = Vec::new();
    for round in 1..=rounds {
        let mut child = Child::start("crash::publishes_until_it_is_killed", &path);
        for _ in 0..=random_below(1_000) {
            told.push(child.next("told ").unwrap());
        }
        child.kill();
        while let Some(order) = child.next("told ") {
            told.push(order);
        }
        drop(child);
        let trail = open(dir.path());
        assert_sound(&trail);
        assert_eq!(losses(&trail).len(), round);
        trail.close(crate::support::SOON).unwrap();
    }
    let trail = open(dir.path());
    let operations: HashSet<String> = found(&trail, "kind:operation")
        .iter()
        .map(|record| json(record)["id"].as_str().unwrap().to_owned())
        .collect();
    let mut orders = HashSet::new();
    for record in found(&trail, "kind:event") {
        let event = json(&record);
        let operation = event["call"].as_str().unwrap();
        assert!(operations.contains(operation), "{event}");
        let order = event["data"]["order"].as_str().unwrap().to_owned();
        assert!(orders.insert(order), "{event} is there twice");
    }
    let lost: Vec<&String> = told
        .iter()
        .filter(|order| !orders.contains(*order))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {}: {lost:?}",
        lost.len(),
        told.len()
    );
    // An operation whose process died has an end that nobody knows.
    let unknown = found(&trail, "kind:operation outcome:unknown").len();
    assert!(
        unknown <= rounds * usize::try_from(THREADS).unwrap(),
        "{unknown}"
    );
    assert!(found(&trail, "kind:operation outcome:completed").len() >= told.len() - unknown);
}
