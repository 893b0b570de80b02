//! A process that writes lines is killed, at any moment.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use audit_core::Action;
use audit_core::sink::{JsonLines, LogFile, Registration, SinkWay};

use crate::child::{Child, child_path};
use crate::ground::{olds, place, texts};
use crate::support::builder;

/// How often a process is killed, and after how many lines at most: each time, all lines so far are read again.
fn extent() -> (usize, u64) {
    if std::env::var_os("AUDIT_FULL").is_some() {
        (30, 300)
    } else {
        (8, 300)
    }
}

/// A number below this one, another each time.
fn random_below(end: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) % end
}

/// The numbers of the lines that stand in the files; at most so many are torn.
fn numbers(path: &Path, torn: usize) -> Vec<i64> {
    let texts = texts(path);
    let lines = texts.iter().flat_map(|text| text.lines());
    let (mut numbers, mut broken) = (Vec::new(), 0);
    for line in lines {
        match serde_json::from_str::<serde_json::Value>(line) {
            Ok(event) => numbers.push(event["action"]["fields"]["amount"].as_i64().unwrap()),
            Err(_) => broken += 1,
        }
    }
    assert!(broken <= torn, "{broken} lines are torn");
    numbers
}

#[test]
fn what_was_written_before_a_kill_stands_in_the_files_whole_once_and_in_order() {
    let (_dir, path) = place();
    let (kills, most) = extent();
    let mut acknowledged = 0;
    for kill in 1..=kills {
        let mut child = Child::start("crash::writes_until_it_is_killed", &path);
        // The moment is a random one: after so many acknowledgements, wherever it then is.
        for _ in 0..=random_below(most) {
            acknowledged = child.next("ack ").unwrap().parse().unwrap();
        }
        child.kill();
        while let Some(number) = child.next("ack ") {
            // The last one may be torn as well.
            acknowledged = number.parse().unwrap_or(acknowledged);
        }
        drop(child);
        let numbers = numbers(&path, kill);
        let last = *numbers.last().unwrap();
        assert!(last >= acknowledged, "{last} of {acknowledged}");
        let expected: Vec<i64> = (0..=last).collect();
        assert!(
            numbers == expected,
            "a line is missing, doubled or in another place"
        );
    }
    assert!(olds(&path).len() > kills, "it was rotated in between");
}

#[test]
#[ignore = "run by another test, as a process of its own"]
fn writes_until_it_is_killed() {
    let Some(path) = child_path() else { return };
    let file = LogFile::open(&path).unwrap().rotate_at_bytes(16 << 10);
    let runtime = builder().build().unwrap();
    let lines = Registration::new(Arc::new(JsonLines::new(file)));
    runtime.register_sink(lines.way(SinkWay::Inline)).unwrap();
    let first = numbers(&path, usize::MAX).last().map_or(0, |last| last + 1);
    for number in first.. {
        let _decision = runtime.evaluate(&Action::new("refund").with("amount", number));
        assert_eq!(runtime.sink_stats()[0].events_lost, 0);
        println!("ack {number}");
        std::io::stdout().flush().unwrap();
    }
}
