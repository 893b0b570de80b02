//! Bridges that are closed and come again, and handlers that take their time.

use std::time::Duration;

use audit_core::bus::{Bus, DomainEvent};

use crate::support::{Inbox, LONG, Pair, Server, bridge, dead_letters, gate, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_closed_behind_its_work_hands_it_back_and_nothing_is_lost_or_handled_twice() {
    let Some(server) = Server::start() else {
        return;
    };
    // What was on the wire when a bridge closed comes by the server's own patience.
    let patient =
        |receiving: audit_bridge::BridgeBuilder| receiving.ack_wait(Duration::from_secs(10));
    let pair = Pair::with(&server, |sending| sending.queued(1_000), patient).await;
    let mut receiving = pair.receiving;
    for number in 0..2_000_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    for part in 1..=4 {
        pair.inbox.wait_for(part * 300).await;
        receiving.close(LONG).await.unwrap();
        let seen = pair.folder.path().join("notes.seen");
        let again = bridge("notes", &server).receive(["*"]).seen(seen);
        receiving = patient(again).connect(&pair.there).await.unwrap();
    }
    pair.inbox.wait_for(2_000).await;
    let mut numbers = pair.inbox.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..2_000).collect::<Vec<_>>());
    assert_eq!(receiving.stats().duplicates, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_wait_behind_a_slow_handler_are_not_sent_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::with(
        &server,
        |sending| sending,
        |receiving| receiving.ack_wait(Duration::from_secs(1)),
    );
    let pair = pair.await;
    let slow = |_: DomainEvent| async { tokio::time::sleep(Duration::from_millis(2_500)).await };
    pair.there.subscribe_async("slow", slow).unwrap().keep();
    pair.here.publish("slow", 0_u64).await.unwrap();
    for number in 1..6_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    pair.inbox.wait_for(6).await;
    // Had the server sent them again, they would be pending or here.
    let stream = server.context().await.get_stream("BUS").await.unwrap();
    until("nothing is pending", || async {
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.received, stats.duplicates), (6, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_wait_behind_many_quick_handlers_are_not_sent_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::with(
        &server,
        |sending| sending.queued(100),
        |receiving| receiving.ack_wait(Duration::from_secs(1)),
    );
    let pair = pair.await;
    // None takes as long as a third of the server's patience, and all together several times as long.
    let quick = |_: DomainEvent| async { tokio::time::sleep(Duration::from_millis(250)).await };
    pair.there.subscribe_async("a", quick).unwrap().keep();
    for number in 0..16_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    pair.inbox.wait_for(16).await;
    let stream = server.context().await.get_stream("BUS").await.unwrap();
    until("nothing is pending", || async {
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.received, stats.duplicates), (16, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_whose_bus_is_closed_takes_nothing_in_and_says_so() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    pair.here.publish("a", 1_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    pair.there.close(LONG).await.unwrap();
    pair.here.publish("a", 2_u64).await.unwrap();
    until("it says so", || async {
        let health = pair.receiving.stats().health(LONG).to_string();
        health == "failed: nothing comes in: the bus is closed"
    })
    .await;
    // Whoever comes again gets it at once.
    pair.receiving.close(LONG).await.unwrap();
    let bus = Bus::new();
    let inbox = Inbox::of(&bus, "*");
    let _again = pair.again(&server).connect(&bus).await.unwrap();
    inbox.wait_for(1).await;
    assert_eq!(inbox.numbers(), [2]);
    assert_eq!(pair.receiving.stats().retried, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_hangs_is_seen_in_numbers_and_health() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    assert!(pair.receiving.stats().health(LONG).is_healthy());
    let hung = |_: DomainEvent| std::future::pending::<()>();
    pair.there.subscribe_async("a", hung).unwrap().keep();
    pair.here.publish("a", 1_u64).await.unwrap();
    until("it is handled", || async {
        pair.receiving.stats().handling_for.is_some()
    })
    .await;
    let stats = pair.receiving.stats();
    assert!(stats.health(LONG).is_healthy());
    let health = pair.receiving.stats().health(Duration::ZERO).to_string();
    assert!(health.starts_with("failed: nothing comes in"), "{health}");
    let unfinished = pair.receiving.close(Duration::from_millis(50)).await;
    assert!(unfinished.unwrap_err().handling);
    let health = pair.sending.stats().health(LONG);
    assert!(health.is_healthy(), "{health}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_closes_after_somebody_who_gave_up_waits_for_what_is_not_done() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let gate = gate(&there, "a");
    let (inbox, letters) = (Inbox::of(&there, "a"), dead_letters(&there));
    let receiving = bridge("notes", &server).receive(["a"]).seen(seen);
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["a"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 1_u64).await.unwrap();
    until("it is handled", || async {
        receiving.stats().handling_for.is_some()
    })
    .await;
    let given_up = tokio::time::timeout(Duration::from_millis(50), receiving.close(LONG)).await;
    assert!(given_up.is_err());
    let (one, other) = (receiving.close(LONG), receiving.close(LONG));
    tokio::pin!(one, other);
    let both = async { tokio::join!(&mut one, &mut other) };
    let early = tokio::time::timeout(Duration::from_millis(50), both).await;
    assert!(early.is_err(), "{early:?}");
    gate.add_permits(1);
    let closed = tokio::join!(one, other);
    assert_eq!(closed, (Ok(()), Ok(())));
    assert_eq!((inbox.numbers(), receiving.stats().handled), (vec![1], 1));
    assert!(letters.all().is_empty());
}
