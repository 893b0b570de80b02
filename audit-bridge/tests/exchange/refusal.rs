//! What can't go out, and what should not have come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audit_bridge::async_nats::jetstream::stream::Config;
use audit_core::bus::{Bus, DEAD_LETTER, DomainEvent};
use serde_json::json;

use crate::support::{Inbox, LONG, Pair, Server, bridge, dead_letters, gate, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_envelope_is_a_dead_letter_and_keeps_nobody_from_coming() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    let letters = dead_letters(&pair.there);
    let context = server.context().await;
    let long = format!("{{\"v\": 0, \"long\": \"{}\"}}", "\u{e9}".repeat(10_000));
    for bytes in [
        b"\xff\xfe".to_vec(),
        b"{\"v\": 1}".to_vec(),
        long.into_bytes(),
    ] {
        let sent = context.publish("bus.account.transfer", bytes.into());
        sent.await.unwrap().await.unwrap();
    }
    // Under a subject that stands for no name.
    let sent = context.publish("bus.%zz", "{}".into());
    sent.await.unwrap().await.unwrap();
    pair.here.publish("a", 1_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    let letters = letters.all();
    let errors: Vec<&str> = letters
        .iter()
        .map(|came| came.data["error"].as_str().unwrap())
        .collect();
    assert!(
        errors[0].starts_with("the message is no envelope of an event: expected value"),
        "{errors:?}"
    );
    assert!(errors[1].contains("missing field `id`"), "{errors:?}");
    assert_eq!(
        errors[2],
        "the envelope is of version 0, and this reads version 1"
    );
    let targets: Vec<&str> = letters
        .iter()
        .map(|came| came.data["target"].as_str().unwrap())
        .collect();
    assert_eq!(
        targets,
        [
            "account.transfer",
            "account.transfer",
            "account.transfer",
            "bus.%zz"
        ]
    );
    assert_eq!(
        letters[1].data["params"],
        json!({
            "subject": "bus.account.transfer", "message": "{\"v\": 1}", "bytes": 8,
        })
    );
    assert!(letters[2].data["params"]["message"].as_str().unwrap().len() < 5_000);
    // None of them comes again.
    until("nothing is pending", || async {
        let stream = context.get_stream("BUS").await.unwrap();
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.received, stats.dead), (5, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_for_the_server_is_a_dead_letter_of_the_publishers_bus() {
    let Some(server) = Server::start() else {
        return;
    };
    let bus = Bus::new();
    let (letters, inbox) = (dead_letters(&bus), Inbox::of(&bus, "a"));
    let sending = bridge("accounts", &server).send(["*"]).queued(4);
    let sending = sending.connect(&bus).await.unwrap();
    bus.publish("a", "x".repeat(1_048_576)).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    sending.flush().await;
    assert_eq!(inbox.all().len(), 2);
    assert_eq!(sending.stats().acked, 1);
    let error = letters.all()[0].data["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("`a` takes 1048"), "{error}");
    assert!(
        error.ends_with("and the server takes 1048576 in all"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_refuses_for_good_is_a_dead_letter_in_both_ways() {
    let Some(server) = Server::start() else {
        return;
    };
    let config = Config {
        max_message_size: 1_000,
        ..Config::default()
    };
    for (place, is_confirmed) in [true, false].into_iter().enumerate() {
        let bus = Bus::new();
        let letters = dead_letters(&bus);
        let sending = bridge(&format!("s{place}"), &server).send(["*"]);
        let sending = sending.make_stream_as(config.clone());
        let sending = if is_confirmed {
            sending
        } else {
            sending.queued(4)
        };
        let sending = sending.connect(&bus).await.unwrap();
        bus.publish("a", "x".repeat(1_000)).await.unwrap();
        bus.publish("a", 1).await.unwrap();
        sending.flush().await;
        let stats = sending.stats();
        assert_eq!((stats.acked, stats.refused, stats.retried), (1, 1, 0));
        letters.wait_for(1).await;
        let letter = letters.all().remove(0).data;
        assert_eq!(letter["target"], "a");
        let error = letter["error"].as_str().unwrap();
        assert!(
            error.contains("message size exceeds maximum allowed"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_receiver_is_sent_no_more_than_it_asked_for() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let gate = gate(&there, "a");
    let receiving = bridge("notes", &server).receive(["a"]).seen(seen);
    let receiving = receiving.max_ack_pending(8).connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["a"]).queued(100);
    let sending = sending.connect(&here).await.unwrap();
    for number in 0..1_000_u64 {
        here.publish("a", number).await.unwrap();
    }
    sending.flush().await;
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    let info = || async { stream.consumer_info("notes").await.unwrap() };
    until("it is full", || async { info().await.num_ack_pending == 8 }).await;
    assert_eq!(info().await.num_pending, 992);
    gate.add_permits(500);
    until("half was handled", || async {
        receiving.stats().handled == 500
    })
    .await;
    assert!(info().await.num_ack_pending <= 8);
    gate.add_permits(500);
    until("all was handled", || async {
        receiving.stats().handled == 1_000
    })
    .await;
    assert_eq!(receiving.stats().received, 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_process_wrote_waits_for_the_newer_one_of_this_name() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    let letters = dead_letters(&pair.there);
    let context = server.context().await;
    let sent = context.publish("bus.account.transfer", "{\"v\": 2}".into());
    sent.await.unwrap().await.unwrap();
    pair.here.publish("a", 1_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.received, stats.dead, stats.retried), (2, 0, 1));
    assert_eq!(
        stats.last_error.as_deref(),
        Some("the envelope is of version 2, and this reads version 1")
    );
    assert!(letters.all().is_empty());
    // The server has it still.
    let stream = context.get_stream("BUS").await.unwrap();
    until("the other was answered for", || async {
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_process_wrote_keeps_no_more_than_half_of_the_room() {
    let Some(server) = Server::start() else {
        return;
    };
    for (most, waiting) in [(1, 0), (4, 2)] {
        let name = format!("most{most}");
        let own = |bridge: audit_bridge::BridgeBuilder| bridge.stream(&name).prefix(&name);
        let receive = |receiving| own(receiving).max_ack_pending(most);
        let pair = Pair::with(&server, own, receive).await;
        let context = server.context().await;
        for _ in 0..5 {
            let sent = context.publish(format!("{name}.b"), "{\"v\": 2}".into());
            sent.await.unwrap().await.unwrap();
        }
        pair.here.publish("a", 1_u64).await.unwrap();
        // The others are dead letters, and the event behind them comes.
        until("it came", || async { pair.receiving.stats().handled == 1 }).await;
        let stats = pair.receiving.stats();
        assert_eq!((stats.dead, stats.retried), (5 - waiting, waiting));
        pair.receiving.close(LONG).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_of_dead_letters_may_publish_where_the_queue_is_full() {
    let Some(server) = Server::start() else {
        return;
    };
    let config = Config {
        max_message_size: 1_000,
        ..Config::default()
    };
    let bus = Bus::new();
    let (handle, told) = (bus.handle(), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&told);
    let tell = move |_: DomainEvent| {
        let (handle, count) = (handle.clone(), Arc::clone(&count));
        async move {
            for number in 0..10 {
                handle.publish("told", number).await.unwrap();
            }
            count.fetch_add(1, Ordering::SeqCst);
        }
    };
    bus.subscribe_async(DEAD_LETTER, tell).unwrap().keep();
    let sending = bridge("accounts", &server).send(["*"]).queued(1).window(1);
    let sending = sending.make_stream_as(config).connect(&bus).await.unwrap();
    let published = async {
        for _ in 0..5 {
            bus.publish("a", "x".repeat(1_000)).await.unwrap();
        }
    };
    tokio::time::timeout(LONG, published).await.unwrap();
    until("all was told", || async { sending.stats().acked == 50 }).await;
    // What is told of last is waited for.
    bus.publish("a", "x".repeat(1_000)).await.unwrap();
    sending.close(LONG).await.unwrap();
    let stats = sending.stats();
    assert_eq!((stats.refused, stats.waiting), (6, 0));
    assert_eq!(told.load(Ordering::SeqCst), 6);
}
