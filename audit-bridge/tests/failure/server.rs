//! The server is killed and comes again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use audit_bridge::Bridge;
use audit_bridge::async_nats::jetstream::stream::Config;
use audit_core::bus::Bus;

use crate::support::{Inbox, LONG, Pair, Server, bridge, dead_letters, marks, until};

/// How many events go out, and how often the server is killed meanwhile.
fn extent() -> (u64, u64) {
    if std::env::var_os("AUDIT_FULL").is_some() {
        (20_000, 8)
    } else {
        (4_000, 3)
    }
}

/// Publishes numbers from many tasks at once, and kills the server each time that the stream has another part of them.
async fn exchange(
    server: &mut Server,
    sending: Bridge,
    here: Bus,
    receiving: Bridge,
    inbox: Inbox,
) {
    let (events, kills) = extent();
    let (here, publishers) = (Arc::new(here), 16);
    let mut tasks = Vec::new();
    for publisher in 0..publishers {
        let here = Arc::clone(&here);
        tasks.push(tokio::spawn(async move {
            for number in (publisher..events).step_by(16) {
                here.publish("a", number).await.unwrap();
            }
        }));
    }
    for kill in 1..=kills {
        let many = events * kill / (kills + 1);
        until("so many are sent", || async {
            sending.stats().acked >= many
        })
        .await;
        server.kill();
        server.restart();
    }
    for task in tasks {
        task.await.unwrap();
    }
    sending.flush().await;
    inbox.wait_for(usize::try_from(events).unwrap()).await;
    // What the server thinks it must send again comes within this time, and is known.
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    until("nothing is pending", || async {
        let info = stream.consumer_info("notes").await.unwrap();
        info.num_ack_pending == 0 && info.num_pending == 0
    })
    .await;
    let came = inbox.numbers();
    let different: HashSet<u64> = came.iter().copied().collect();
    assert_eq!(different.len() as u64, events, "lost");
    assert_eq!(came.len() as u64, events, "handled twice");
    assert_eq!(sending.stats().acked, events);
    sending.close(LONG).await.unwrap();
    receiving.close(LONG).await.unwrap();
}

async fn receiving(server: &Server, seen: &std::path::Path) -> (Bridge, Inbox) {
    let there = Bus::new();
    let inbox = Inbox::of(&there, "*");
    let receiving = bridge("notes", server).receive(["*"]).seen(seen);
    let receiving = receiving.ack_wait(Duration::from_secs(2));
    (receiving.connect(&there).await.unwrap(), inbox)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_midway_loses_and_doubles_no_confirmed_event() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (receiving, inbox) = receiving(&server, &seen).await;
    let here = Bus::new();
    let letters = dead_letters(&here);
    let sending = bridge("accounts", &server).send(["*"]).confirmed(LONG);
    let sending = sending.connect(&here).await.unwrap();
    exchange(&mut server, sending, here, receiving, inbox).await;
    assert!(letters.all().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_midway_loses_and_doubles_no_queued_event() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (receiving, inbox) = receiving(&server, &seen).await;
    let here = Bus::new();
    let sending = bridge("accounts", &server).send(["*"]).queued(500);
    let sending = sending.connect(&here).await.unwrap();
    exchange(&mut server, sending, here, receiving, inbox).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_window_of_one_events_keep_their_order_though_the_server_is_killed() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (_receiving, inbox) = receiving(&server, &seen).await;
    let here = Arc::new(Bus::new());
    let sending = bridge("accounts", &server)
        .send(["*"])
        .queued(100)
        .window(1);
    let sending = sending.connect(&here).await.unwrap();
    let publisher = Arc::clone(&here);
    let published = tokio::spawn(async move {
        for number in 0..1_000_u64 {
            publisher.publish("a", number).await.unwrap();
        }
    });
    inbox.wait_for(300).await;
    server.kill();
    server.restart();
    published.await.unwrap();
    sending.flush().await;
    // In the stream: what comes again to the receiver comes later.
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    let mut numbers = Vec::new();
    for place in 1..=stream.cached_info().state.last_sequence {
        let message = stream.get_raw_message(place).await.unwrap();
        let envelope: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        numbers.push(envelope["data"].as_u64().unwrap());
    }
    numbers.dedup();
    assert_eq!(numbers, (0..1_000).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_let_go_while_the_server_was_out_of_reach_is_told() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let ten = |bridge: audit_bridge::BridgeBuilder| {
        bridge.make_stream_as(Config {
            max_messages: 10,
            ..Config::default()
        })
    };
    let pair = Pair::with(&server, ten, ten).await;
    let letters = dead_letters(&pair.there);
    pair.here.publish("a", 0_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    pair.sending.close(LONG).await.unwrap();
    // Others reach it elsewhere, and the bridge that receives does not.
    let port = server.port();
    server.restart_at(0);
    let elsewhere = Bus::new();
    let sending = bridge("others", &server).send(["*"]);
    let sending = sending.connect(&elsewhere).await.unwrap();
    for number in 1..=30_u64 {
        elsewhere.publish("a", number).await.unwrap();
    }
    sending.close(LONG).await.unwrap();
    server.restart_at(port);
    let came = || pair.inbox.all().into_iter().filter(|came| came.name == "a");
    until("the last came", || async {
        came().next_back().is_some_and(|came| came.data == 30)
    })
    .await;
    let numbers: Vec<u64> = came()
        .skip(1)
        .map(|came| came.data.as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (21..=30).collect::<Vec<_>>());
    // The answer for the first may have gone with the server.
    let missed = pair.receiving.stats().missed;
    assert!((20..=21).contains(&missed), "{missed}");
    let letter = letters.all().remove(0).data;
    assert_eq!(letter["params"]["last"], 21);
    assert_eq!(letters.all().len(), 1);
}
