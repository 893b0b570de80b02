//! How far a bridge came, as its file of marks has it.

use std::path::Path;
use std::time::Duration;

use audit_bridge::async_nats::jetstream::stream::{Config, Source};
use audit_bridge::{Bridge, BridgeBuilder};
use audit_core::bus::{Bus, DomainEvent};

use crate::support::{LONG, Pair, Server, bridge, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_at_one_stream_begins_at_another_with_what_comes_from_then_on() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    pair.here.publish("a", 1_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    pair.receiving.close(LONG).await.unwrap();
    let other = |bridge: BridgeBuilder| bridge.stream("OTHER").prefix("other");
    let bus = Bus::new();
    let sending = other(bridge("others", &server)).send(["*"]);
    let _sending = sending.connect(&bus).await.unwrap();
    for number in 2..10_u64 {
        bus.publish("a", number).await.unwrap();
    }
    let again = other(pair.again(&server));
    let again = again.connect(&pair.there).await.unwrap();
    bus.publish("a", 10_u64).await.unwrap();
    pair.inbox.wait_for(2).await;
    assert_eq!(pair.inbox.numbers(), [1, 10]);
    assert_eq!(again.stats().missed, 0);
}

/// The bridge once more, as soon as the one before has let go of its marks.
async fn again(server: &Server, seen: &Path, bus: &Bus) -> Bridge {
    loop {
        let again = bridge("notes", server).receive(["*"]).seen(seen);
        match again.ack_wait(Duration::from_secs(1)).connect(bus).await {
            Ok(bridge) => return bridge,
            Err(error) => assert!(
                error.to_string().ends_with("another process uses it"),
                "{error}"
            ),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_let_go_is_told_once_though_nothing_was_answered_for_since() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let sending = bridge("accounts", &server).send(["*"]);
    let sending = sending.make_stream_as(Config {
        max_messages: 10,
        ..Config::default()
    });
    let _sending = sending.connect(&here).await.unwrap();
    let hung = |_: DomainEvent| std::future::pending::<()>();
    there.subscribe_async("a", hung).unwrap().keep();
    let mut missed = Vec::new();
    for round in 0..3 {
        let receiving = again(&server, &seen, &there).await;
        if round == 0 {
            here.publish("a", 1_u64).await.unwrap();
        }
        until("it is handled", || async {
            receiving.stats().handling_for.is_some()
        })
        .await;
        missed.push(receiving.stats().missed);
        if round == 0 {
            for number in 2..=31_u64 {
                here.publish("a", number).await.unwrap();
            }
        }
        let unfinished = receiving.close(Duration::from_millis(50)).await;
        assert!(unfinished.unwrap_err().handling);
    }
    // Of what it had sent already and let go of then, the server knows no more: how many are told is its word.
    assert!(missed[1] > 0, "{missed:?}");
    assert_eq!((missed[0], missed[2]), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stream_has_from_another_one_is_not_missed() {
    let Some(server) = Server::start() else {
        return;
    };
    let context = server.context().await;
    let config = |name: &str, subject: &str| Config {
        name: name.to_owned(),
        subjects: vec![subject.to_owned()],
        ..Config::default()
    };
    context
        .create_stream(config("FROM", "from.>"))
        .await
        .unwrap();
    let sourced = Config {
        sources: Some(vec![Source {
            name: "FROM".to_owned(),
            ..Source::default()
        }]),
        ..config("BUS", "bus.>")
    };
    let mut stream = context.create_stream(sourced).await.unwrap();
    let pair = Pair::new(&server).await;
    for number in 1..=3_u64 {
        let sent = context.publish("from.elsewhere", "{}".into());
        sent.await.unwrap().await.unwrap();
        let mut messages = 0;
        while messages < 2 * number - 1 {
            messages = stream.info().await.unwrap().state.messages;
        }
        pair.here.publish("a", number).await.unwrap();
    }
    pair.inbox.wait_for(3).await;
    assert_eq!(pair.inbox.numbers(), [1, 2, 3]);
    assert_eq!(pair.receiving.stats().missed, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_can_not_be_read_is_an_error_also_for_who_waits_for_the_server() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let database = rusqlite::Connection::open(&seen).unwrap();
    // Somebody's own tables.
    let tables = "CREATE TABLE place (odd TEXT); CREATE TABLE reached (odd TEXT);";
    database.execute_batch(tables).unwrap();
    drop(database);
    let bus = Bus::new();
    let waiting = bridge("notes", &server).receive(["*"]).seen(&seen);
    let connecting = waiting.wait_for_server().connect(&bus);
    let error = tokio::time::timeout(LONG / 4, connecting).await;
    let error = error.expect("it waits").unwrap_err().to_string();
    assert!(error.contains("no such column"), "{error}");
}
