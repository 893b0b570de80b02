//! A process is killed.

use std::collections::{HashMap, HashSet};
use std::io::{Read as _, Write as _};
use std::time::Duration;

use audit_bridge::Bridge;
use audit_core::bus::{Bus, DomainEvent};

use crate::support::{Child, Inbox, LONG, Server, bridge, is_child, marks, until};

/// How many events come, and how often who receives or sends them is killed.
fn extent() -> (u64, u64) {
    if std::env::var_os("AUDIT_FULL").is_some() {
        (20_000, 10)
    } else {
        (3_000, 3)
    }
}

pub(crate) fn say(text: &str) {
    // One write, so that no line is torn.
    std::io::stdout()
        .write_all(format!("{text}\n").as_bytes())
        .unwrap();
}

/// Until nobody speaks to this process any more.
pub(crate) async fn told_to_end() {
    let read = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(read).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed"]
async fn receives_until_it_is_killed() {
    let Some((server, folder)) = is_child() else {
        return;
    };
    let bus = Bus::new();
    let handler = |event: &DomainEvent| {
        let number = event.json().unwrap();
        say(&format!("handled {number} of {}", event.origin().unwrap()));
    };
    bus.subscribe("*", handler).unwrap().keep();
    let receiving = Bridge::builder("notes").server(server).receive(["*"]);
    let receiving = receiving
        .seen(folder.join("seen"))
        .ack_wait(Duration::from_secs(1));
    let receiving = receiving.connect(&bus).await.unwrap();
    say("ready ");
    told_to_end().await;
    receiving.close(LONG).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_killed_while_he_receives_loses_nothing_and_handles_one_event_twice_at_most() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (events, kills) = extent();
    let start = || {
        let test = "process::receives_until_it_is_killed";
        let mut child = Child::start(test, &server.url(), folder.path());
        child.next("ready ").unwrap();
        child
    };
    let mut child = start();
    let here = Bus::new();
    let sending = bridge("accounts", &server).send(["*"]).queued(100_000);
    let _sending = sending.connect(&here).await.unwrap();
    for number in 0..events {
        here.publish("a", number).await.unwrap();
    }
    let mut handled: HashMap<u64, u32> = HashMap::new();
    let mut count = |line: String| {
        let (number, origin) = line.split_once(" of ").unwrap();
        assert_eq!(origin, "accounts");
        *handled.entry(number.parse().unwrap()).or_default() += 1;
        handled.len() as u64
    };
    // A process that is not killed soon enough may have handled all there is: then no other line comes.
    let mut different = 0;
    for kill in 1..=kills {
        let many = events * kill / (kills + 1);
        while different < many {
            different = count(child.next("handled ").unwrap());
        }
        child.kill();
        // What it said and nobody read yet.
        while let Some(line) = child.next("handled ") {
            different = count(line);
        }
        child = start();
    }
    while different < events {
        different = count(child.next("handled ").unwrap());
    }
    // What would be handled again is, before it ends.
    child.let_go();
    while let Some(line) = child.next("handled ") {
        count(line);
    }
    assert_eq!(handled.len() as u64, events, "lost");
    let twice = handled.values().filter(|times| **times > 1).count() as u64;
    assert!(
        twice <= kills,
        "{twice} events were handled twice, with {kills} kills"
    );
    assert!(handled.values().all(|times| *times <= 2), "{handled:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed"]
async fn never_ends_what_it_handles() {
    let Some((server, folder)) = is_child() else {
        return;
    };
    let bus = Bus::new();
    let handler = |_: DomainEvent| async {
        say("begun ");
        std::future::pending::<()>().await;
    };
    bus.subscribe_async("*", handler).unwrap().keep();
    let receiving = Bridge::builder("notes").server(server).receive(["*"]);
    let receiving = receiving.seen(folder.join("seen"));
    let _receiving = receiving.connect(&bus).await.unwrap();
    say("ready ");
    told_to_end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_whose_handler_was_killed_at_work_is_handled_by_who_comes_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let start = |test| {
        let mut child = Child::start(test, &server.url(), folder.path());
        child.next("ready ").unwrap();
        child
    };
    let mut child = start("process::never_ends_what_it_handles");
    let here = Bus::new();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 7).await.unwrap();
    child.next("begun ").unwrap();
    child.kill();
    while child.next("begun ").is_some() {}
    let mut child = start("process::receives_until_it_is_killed");
    assert_eq!(child.next("handled ").as_deref(), Some("7 of accounts"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed"]
async fn sends_until_it_is_killed() {
    let Some((server, _)) = is_child() else {
        return;
    };
    let bus = Bus::new();
    let sending = Bridge::builder("accounts").server(server).send(["*"]);
    let _sending = sending.connect(&bus).await.unwrap();
    let first = u64::from(std::process::id()) << 32;
    for number in first.. {
        bus.publish("a", number).await.unwrap();
        say(&format!("confirmed {number}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_to_a_process_that_is_killed_then_comes() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let there = Bus::new();
    let inbox = Inbox::of(&there, "*");
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let _receiving = receiving.connect(&there).await.unwrap();
    let mut confirmed = HashSet::new();
    for _ in 0..extent().1 {
        let test = "process::sends_until_it_is_killed";
        let mut child = Child::start(test, &server.url(), server.folder());
        for _ in 0..200 {
            let number = child.next("confirmed ").unwrap();
            confirmed.insert(number.parse::<u64>().unwrap());
        }
        child.kill();
        while let Some(number) = child.next("confirmed ") {
            confirmed.insert(number.parse().unwrap());
        }
    }
    until("all that was confirmed came", || async {
        let came: HashSet<u64> = inbox.numbers().into_iter().collect();
        confirmed.is_subset(&came)
    })
    .await;
    let came = inbox.numbers();
    let different: HashSet<&u64> = came.iter().collect();
    assert_eq!(came.len(), different.len());
}
