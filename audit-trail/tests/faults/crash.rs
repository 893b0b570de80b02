//! The process is killed.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::ops::Range;
use std::thread;

use audit_core::{Refused, Scope, admit};
use audit_trail::Trail;

use crate::support::{
    Child, REFUSED, assert_sound, buffered, found, is_child, json, losses, must, open, quiet,
    runtime, until, until_at_once, wait_to_be_killed,
};

/// How many calls each process would make, and on how many threads, if nobody killed it.
const CALLS: u64 = 100_000;
const THREADS: u64 = 16;

#[admit(action = "refund", delivery = "durable", durable_timeout = "60s")]
fn refund(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = (order_id, amount);
    Ok(())
}

/// Never ends: its decision is on disk, its outcome never comes.
#[admit(action = "refund", delivery = "durable", durable_timeout = "60s")]
fn hold(order_id: &str, amount: u64) -> Result<(), Refused> {
    let _ = amount;
    println!("holding {order_id}");
    wait_to_be_killed()
}

#[test]
#[ignore = "the process that is killed"]
fn calls_until_it_is_killed() {
    let Some(path) = is_child() else { return };
    let trail = quiet().open(path).unwrap();
    let scope = Scope::new().runtime(runtime(&trail));
    let round = std::process::id();
    thread::scope(|threads| {
        let holding = scope.clone();
        threads.spawn(move || holding.run(|| must(hold(&format!("{round}-held"), 1))));
        for number in 0..THREADS {
            let scope = scope.clone();
            threads.spawn(move || {
                scope.run(|| {
                    for call in 0..CALLS / THREADS {
                        let order = format!("{round}-{number}-{call}");
                        must(refund(&order, 1));
                        // One write, so that no line is torn. The call has returned: it is acknowledged.
                        let said = std::io::stdout().write_all(format!("ack {order}\n").as_bytes());
                        must(said);
                    }
                });
            });
        }
    });
}

/// The orders of decisions in the trail, by their place.
fn orders(trail: &Trail) -> Vec<String> {
    let decisions = found(trail, "kind:decision");
    let order = |record| {
        json(record)["action"]["fields"]["order_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    decisions.iter().map(order).collect()
}

/// How many trails are made, and how often their process is killed.
fn extent() -> (usize, usize) {
    if is_full() { (5, 10) } else { (1, 3) }
}

fn is_full() -> bool {
    std::env::var_os("AUDIT_FULL").is_some()
}

/// After how many acknowledged calls a process is killed: soon, as each time all that is there by then is looked at.
const EARLY: Range<u32> = 0..2_000;
/// The same for the last process of a trail.
const LATE: Range<u32> = 0..10_000;
/// The same for that of one trail at full length: by then its tree has a third level of tiles, which it has from 65,536 records on.
const VERY_LATE: Range<u32> = 33_000..40_000;

/// A number in this range, another each time.
fn random_in(range: Range<u32>) -> u32 {
    range.start + getrandom::u32().unwrap() % (range.end - range.start)
}

#[test]
fn what_was_acknowledged_survives_a_kill_in_the_midst_of_it_once_and_in_order() {
    let (trails, kills) = extent();
    // Beside each other: most of the time goes to waiting for the disk.
    thread::scope(|threads| {
        for trail in 0..trails {
            let last = if is_full() && trail == 0 {
                VERY_LATE
            } else {
                LATE
            };
            threads.spawn(move || kill_again_and_again(kills, last));
        }
    });
}

#[test]
fn a_process_that_is_refused_ends_and_waits_for_none_of_its_threads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut child = Child::start("crash::calls_until_it_is_killed", &path);
    child.next("holding ").unwrap();
    child.next("ack ").unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    let take_away = "ALTER TABLE entry RENAME TO taken_away";
    other.execute_batch(take_away).unwrap();
    while child.next("ack ").is_some() {}
    assert_eq!(child.wait().code(), Some(REFUSED));
}

fn kill_again_and_again(rounds: usize, last: Range<u32>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut acknowledged = Vec::new();
    let mut held = Vec::new();
    for round in 1..=rounds {
        let mut child = Child::start("crash::calls_until_it_is_killed", &path);
        held.push(child.next("holding ").unwrap());
        // The moment is a random one: after so many acknowledgements, wherever the writer then is.
        let moment = if round == rounds { last.clone() } else { EARLY };
        for _ in 0..random_in(moment) {
            acknowledged.push(child.next("ack ").unwrap());
        }
        child.kill();
        while let Some(order) = child.next("ack ") {
            acknowledged.push(order);
        }
        drop(child);

        let trail = open(dir.path());
        assert_sound(&trail);
        let losses = losses(&trail);
        assert_eq!(losses.len(), round, "each killed process is told of once");
        assert!(losses.iter().all(|loss| loss["why"] == "unclean_end"));
        assert!(
            losses
                .iter()
                .all(|loss| loss["at_most"].as_u64().unwrap() >= 65_536)
        );
        // Columns of what the killed process left are drawn by this one.
        until("that all columns are drawn", || {
            trail.stats().records_unindexed == 0
        });
        let unknown = found(&trail, "action:refund outcome:unknown");
        let unknown: HashSet<String> = unknown
            .iter()
            .filter_map(|record| {
                Some(
                    json(record)["action"]["fields"]["order_id"]
                        .as_str()?
                        .to_owned(),
                )
            })
            .collect();
        assert!(
            held.iter().all(|order| unknown.contains(order)),
            "{held:?} {unknown:?}"
        );
        trail.close(crate::support::SOON).unwrap();
    }
    let trail = open(dir.path());
    let orders = orders(&trail);
    let once: HashSet<&String> = orders.iter().collect();
    assert_eq!(once.len(), orders.len(), "nothing is there twice");
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|order| !once.contains(order))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} are lost: {lost:?}",
        lost.len(),
        acknowledged.len()
    );
    let mut last: HashMap<&str, u64> = HashMap::new();
    for order in orders.iter().filter(|order| !order.ends_with("held")) {
        let (thread, call) = order.rsplit_once('-').unwrap();
        let call = call.parse().unwrap();
        let before = last.insert(thread, call);
        assert_eq!(call, before.map_or(0, |before| before + 1), "{order}");
    }
}

#[test]
#[ignore = "the process that is killed"]
fn records_as_fast_as_it_can_until_it_is_killed() {
    let Some(path) = is_child() else { return };
    let trail = quiet().open(path).unwrap();
    for number in 0..1_000_000 {
        until_at_once("that there is room", || buffered(&trail, "load", number));
        if number % 500 == 0 {
            println!("taken {number}");
        }
    }
}

#[test]
fn a_kill_under_a_load_that_never_pauses_loses_no_more_than_is_told_and_nothing_in_between() {
    for _ in 0..extent().0 {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Child::start(
            "crash::records_as_fast_as_it_can_until_it_is_killed",
            &dir.path().join("audit.db"),
        );
        let mut taken: u64 = 0;
        for _ in 0..=random_in(0..80) {
            taken = child.next("taken ").unwrap().parse().unwrap();
        }
        child.kill();
        while let Some(number) = child.next("taken ") {
            taken = number.parse().unwrap();
        }
        drop(child);

        let trail = open(dir.path());
        assert_sound(&trail);
        let kept = crate::support::numbers(&trail, "load");
        assert!(
            kept.iter().copied().eq(0..kept.len() as u64),
            "a record in between is lost"
        );
        let lost = (taken + 1).saturating_sub(kept.len() as u64);
        let told = losses(&trail)[0]["at_most"].as_u64().unwrap();
        assert!(lost <= told, "{lost} are lost, and at most {told} told of");
    }
}

#[test]
#[ignore = "the process that is killed"]
fn fills_its_queue_while_the_database_is_locked() {
    let Some(path) = is_child() else { return };
    let trail = quiet().queue_records(10).open(&path).unwrap();
    trail.flush(crate::support::SOON).unwrap();
    let locked = rusqlite::Connection::open(&path).unwrap();
    locked.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut taken = 0;
    // Once the writer has a batch in hand there is room for as many again.
    until_at_once("that the queue is full", || {
        if buffered(&trail, "waiting", taken) {
            taken += 1;
            return false;
        }
        trail.stats().queue_records == 10 && taken > 10
    });
    println!("taken {taken}");
    wait_to_be_killed()
}

#[test]
fn the_loss_of_an_unclean_end_is_at_least_what_was_taken_and_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Child::start(
        "crash::fills_its_queue_while_the_database_is_locked",
        &dir.path().join("audit.db"),
    );
    let taken: u64 = child.next("taken ").unwrap().parse().unwrap();
    child.kill();
    drop(child);
    let trail = open(dir.path());
    assert_eq!(found(&trail, "name:waiting").len(), 0);
    assert!(taken > 10);
    let told = losses(&trail)[0]["at_most"].as_u64().unwrap();
    assert!(
        told >= taken,
        "{taken} were lost, and at most {told} told of"
    );
}

#[test]
#[ignore = "the process that exits"]
fn exits_without_closing() {
    let Some(path) = is_child() else { return };
    let trail = quiet().open(path).unwrap();
    let _guard = trail.guard(crate::support::SOON);
    crate::support::durable(&trail, "kept", 1).unwrap();
    println!("kept 1");
    std::process::exit(0);
}

#[test]
fn a_process_that_exits_without_closing_is_an_unclean_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Child::start("crash::exits_without_closing", &dir.path().join("audit.db"));
    child.next("kept ").unwrap();
    assert!(child.wait().success());
    let trail = open(dir.path());
    assert_eq!(crate::support::numbers(&trail, "kept"), [1]);
    assert_eq!(losses(&trail)[0]["why"], "unclean_end");
    trail.close(crate::support::SOON).unwrap();
    drop(trail);
    // It is told of once.
    assert_eq!(losses(&open(dir.path())).len(), 1);
}

#[test]
fn an_unclean_end_that_could_not_be_told_of_is_told_by_the_opening_after() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    let mut child = Child::start("crash::exits_without_closing", &path);
    child.next("kept ").unwrap();
    assert!(child.wait().success());
    // The next opening finds it, and can't write the record of it.
    let other = rusqlite::Connection::open(&path).unwrap();
    let take_away = "ALTER TABLE entry RENAME TO taken_away";
    other.execute_batch(take_away).unwrap();
    quiet().open(&path).unwrap_err();
    let put_back = "ALTER TABLE taken_away RENAME TO entry";
    other.execute_batch(put_back).unwrap();
    let trail = quiet().open(&path).unwrap();
    let losses = losses(&trail);
    assert_eq!(losses.len(), 1);
    assert_eq!(
        losses[0]["session"], 1,
        "the process that exited, not the opening that failed"
    );
}
