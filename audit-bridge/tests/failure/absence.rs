//! There is no server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use audit_bridge::async_nats::ConnectOptions;
use audit_bridge::{Bridge, BridgeState};
use audit_core::bus::Bus;

use crate::support::{Inbox, LONG, Server, bridge, dead_letters, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_an_error_that_names_it() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let url = server.url().replace("nats://", "nats://alice:s3cret@");
    let bus = Bus::new();
    let error = Bridge::builder("accounts")
        .server(&url)
        .send(["*"])
        .connect(&bus);
    let error = error.await.unwrap_err();
    let address = server.url().replace("nats://", "");
    assert_eq!(error.to_string(), format!("no connection to `{address}`"));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("IO error"), "{source}");
    assert!(!format!("{error:?} {source}").contains("s3cret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_is_told_to_waits_for_its_server() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let bus = Bus::new();
    let connected = bridge("accounts", &server).send(["*"]).wait_for_server();
    let connecting = connected.connect(&bus);
    tokio::pin!(connecting);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut connecting).await;
    assert!(early.is_err(), "there is no server yet");
    server.restart();
    let sending = tokio::time::timeout(LONG, connecting)
        .await
        .unwrap()
        .unwrap();
    bus.publish("a", 1).await.unwrap();
    let stats = sending.stats();
    assert_eq!((stats.state, stats.acked), (BridgeState::Connected, 1));
    assert!(stats.last_error.unwrap().starts_with("no connection to"));
}

/// One server of three, which decides nothing alone.
const OF_THREE: [&str; 8] = [
    "--name",
    "one",
    "--cluster_name",
    "three",
    "--cluster",
    "nats://127.0.0.1:-1",
    "--routes",
    "nats://127.0.0.1:1,nats://127.0.0.1:2",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_is_told_to_waits_for_a_server_that_has_no_leader_yet() {
    let Some(mut server) = Server::start_with(&OF_THREE) else {
        return;
    };
    let connect = || {
        let options = ConnectOptions::new().request_timeout(Some(Duration::from_millis(500)));
        bridge("accounts", &server).send(["*"]).options(options)
    };
    let refused = connect().connect(&Bus::new()).await.unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("can't be asked for"), "{refused}");
    let waiting = connect().wait_for_server();
    let mut connected = tokio::spawn(async move {
        let bus = Bus::new();
        let sending = waiting.connect(&bus).await.unwrap();
        bus.publish("a", 1).await.unwrap();
        sending.stats()
    });
    let early = tokio::time::timeout(Duration::from_secs(1), &mut connected).await;
    assert!(early.is_err(), "there is no leader yet: {early:?}");
    server.restart_with(&[]);
    let stats = tokio::time::timeout(LONG, connected)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stats.acked, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_confirmed_in_time_is_a_dead_letter() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let sending = bridge("accounts", &server).send(["*"]);
    let sending = sending.confirmed(Duration::from_millis(200));
    let sending = sending.connect(&bus).await.unwrap();
    server.kill();
    bus.publish("a", 1_u64).await.unwrap();
    let letter = letters.all().remove(0).data;
    assert_eq!(letter["params"], 1);
    assert_eq!(
        letter["error"],
        "`a` was not confirmed by the stream within 200ms; it may get there yet"
    );
    until("it is known", || async {
        sending.stats().state == BridgeState::Disconnected
    })
    .await;
    // What is given up while it is known that there is no server is not sent once there is one.
    bus.publish("given.up", 2_u64).await.unwrap();
    assert_eq!(letters.all().len(), 2);
    server.restart();
    until("it is back", || async { sending.stats().waiting == 0 }).await;
    let letters = || letters.all().len();
    until("it is confirmed", || async {
        let before = letters();
        bus.publish("b", 2_u64).await.unwrap();
        letters() == before
    })
    .await;
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    let given_up = stream.get_last_raw_message_by_subject("bus.given.up").await;
    assert!(given_up.is_err(), "{given_up:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_keeps_publishers_waiting_until_there_is_a_server() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Arc::new(Bus::new()), Bus::new());
    let inbox = Inbox::of(&there, "*");
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let _receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]).queued(10).window(5);
    let sending = sending.connect(&here).await.unwrap();
    server.kill();
    until("it is known", || async {
        sending.stats().state == BridgeState::Disconnected
    })
    .await;
    let published = Arc::new(AtomicU64::new(0));
    let (bus, count) = (Arc::clone(&here), Arc::clone(&published));
    let publisher = tokio::spawn(async move {
        for number in 0..100_u64 {
            bus.publish("a", number).await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    // The queue, and what the sender has in its hand.
    until("it is full", || async { sending.stats().waiting == 11 }).await;
    let unfinished = tokio::time::timeout(Duration::from_millis(200), sending.flush()).await;
    assert!(unfinished.is_err() && !publisher.is_finished());
    assert_eq!(
        (sending.stats().waiting, published.load(Ordering::SeqCst)),
        (11, 11)
    );
    server.restart();
    publisher.await.unwrap();
    inbox.wait_for(100).await;
    assert_eq!(inbox.numbers(), (0..100).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_is_closed_without_its_server_says_what_it_leaves() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let bus = Bus::new();
    let sending = bridge("accounts", &server).send(["*"]).queued(10);
    let sending = sending.connect(&bus).await.unwrap();
    server.kill();
    until("it is known", || async {
        sending.stats().state == BridgeState::Disconnected
    })
    .await;
    for number in 0..3_u64 {
        bus.publish("a", number).await.unwrap();
    }
    let error = sending.close(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the time is over: 3 events are not known to be in the stream"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_receives_nothing_is_closed_without_its_server_at_once() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let receiving = receiving.connect(&Bus::new()).await.unwrap();
    server.kill();
    until("it is known", || async {
        receiving.stats().state == BridgeState::Disconnected
    })
    .await;
    let closed = receiving.close(Duration::from_secs(4)).await;
    assert_eq!(closed, Ok(()));
}
