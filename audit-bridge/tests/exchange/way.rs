//! From one bus to the other, and how a publisher goes on.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use audit_bridge::BridgeState;
use audit_core::bus::{Bus, DomainEvent, Gateway};
use audit_core::{Actor, InScope as _, Scope};
use serde_json::json;

use crate::support::{Inbox, LONG, Pair, Server, bridge, dead_letters, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_one_bus_is_handled_on_the_other_as_who_acted_there() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let seen_there = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen_there);
    let handler = move |event: &DomainEvent| {
        let circumstances = Gateway::circumstances();
        kept.lock().unwrap().push((event.clone(), circumstances));
    };
    there.subscribe("account.*", handler).unwrap().keep();
    let receiving = bridge("notes", &server).receive(["account.*"]).seen(seen);
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["account.*"]);
    let sending = sending.connect(&here).await.unwrap();

    let cause = "01890a5d-ac96-774b-bcce-b302099a8000".parse().unwrap();
    let scope = Scope::new()
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap()
        .cause(cause);
    let published = here.publish("account.transfer", json!({"amount": 150.0}));
    let published = published.in_scope(scope).await.unwrap();
    // Who waited for it knows that the stream has it.
    assert_eq!(sending.stats().acked, 1);

    until("it came", || async { receiving.stats().handled == 1 }).await;
    let came = seen_there.lock().unwrap();
    let (event, circumstances) = &came[0];
    assert_eq!(event.id(), published.id());
    assert_eq!(event.time(), published.time());
    assert_eq!(event.publisher(), "host");
    assert_eq!(event.origin(), Some("accounts"));
    assert_eq!(event.payload().json().unwrap(), &json!({"amount": 150.0}));
    assert_eq!(circumstances.actor.as_deref().unwrap().id(), Some("alice"));
    assert_eq!(circumstances.tenant.as_deref(), Some("acme"));
    assert_eq!(circumstances.cause, Some(cause));
}

#[test]
fn a_publisher_outside_of_tokio_is_confirmed_too() {
    let Some(server) = Server::start() else {
        return;
    };
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let bus = Bus::new();
    let connected = bridge("accounts", &server).send(["a"]);
    let sending = tokio.block_on(connected.connect(&bus)).unwrap();
    let letters = dead_letters(&bus);
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| bus.publish_blocking("a", 1).unwrap());
        }
    });
    assert_eq!(sending.stats().acked, 2);
    assert!(letters.all().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queued_events_are_in_the_stream_once_they_are_flushed_and_come_in_their_order() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::with(&server, |sending| sending.queued(64), |receiving| receiving);
    let pair = pair.await;
    for number in 0..2_000_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    pair.sending.flush().await;
    let stats = pair.sending.stats();
    assert_eq!((stats.sent, stats.acked, stats.waiting), (2_000, 2_000, 0));
    pair.inbox.wait_for(2_000).await;
    assert_eq!(pair.inbox.numbers(), (0..2_000).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_bridge_has_sent_all_and_neither_sends_nor_receives_any_more() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("both");
    let (here, there) = (Bus::new(), Bus::new());
    let (inbox, inbox_there) = (Inbox::of(&here, "answer"), Inbox::of(&there, "*"));
    let letters = dead_letters(&here);
    let both = bridge("both", &server).send(["a"]).receive(["answer"]);
    // One after the other, so that most stand in the queue when it is closed.
    let both = both.seen(seen).queued(1_000).window(1);
    let both = both.connect(&here).await.unwrap();
    let (_folder, seen) = marks("other");
    let other = bridge("other", &server).send(["answer"]).receive(["a"]);
    let _other = other.seen(seen).connect(&there).await.unwrap();
    for number in 0..500_u64 {
        here.publish("a", number).await.unwrap();
    }
    both.close(LONG).await.unwrap();
    both.close(LONG).await.unwrap();
    let stats = both.stats();
    assert_eq!((stats.state, stats.acked), (BridgeState::Closed, 500));
    inbox_there.wait_for(500).await;
    here.publish("a", 500_u64).await.unwrap();
    there.publish("answer", 0_u64).await.unwrap();
    assert_eq!(both.stats().sent, 500);
    assert!(inbox.all().is_empty() && letters.all().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_while_nobody_was_there_comes_to_who_comes_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let inbox = Inbox::of(&there, "*");
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    // A name that is new begins now.
    here.publish("a", 0_u64).await.unwrap();
    let connect = || bridge("notes", &server).receive(["a", "b"]).seen(&seen);
    let receiving = connect().connect(&there).await.unwrap();
    here.publish("a", 1_u64).await.unwrap();
    inbox.wait_for(1).await;
    receiving.close(LONG).await.unwrap();
    here.publish("a", 2_u64).await.unwrap();
    // With other patterns it still goes on where it stopped.
    let again = connect().receive(["c"]).connect(&there).await.unwrap();
    here.publish("c", 3_u64).await.unwrap();
    inbox.wait_for(3).await;
    assert_eq!(inbox.numbers(), [1, 2, 3]);
    // Each was answered for.
    until("nothing is pending", || async {
        let context = server.context().await;
        let stream = context.get_stream("BUS").await.unwrap();
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    again.close(LONG).await.unwrap();
    // Another name may have all.
    let (_folder, seen) = marks("late");
    let late = Bus::new();
    let inbox = Inbox::of(&late, "*");
    let history = bridge("late", &server).receive(["*"]).seen(seen);
    let _late = history.with_history().connect(&late).await.unwrap();
    inbox.wait_for(4).await;
    assert_eq!(inbox.numbers(), [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_without_measure_are_brought_into_bounds() {
    let Some(server) = Server::start() else {
        return;
    };
    let (folder, _) = marks("both");
    for (name, number, time) in [
        ("least", 0, Duration::ZERO),
        ("most", usize::MAX, Duration::MAX),
    ] {
        for is_queued in [false, true] {
            let bus = Bus::new();
            let name = format!("{name}-{is_queued}");
            let both = bridge(&name, &server).send(["*"]).receive(["*"]);
            let both = both.seen(folder.path().join(&name)).window(number);
            let both = both.ack_wait(time).ack_timeout(time);
            let both = both.keep_seen_at_most(u64::try_from(number).unwrap());
            let both = if is_queued {
                both.queued(number)
            } else {
                both.confirmed(Duration::MAX)
            };
            let both = both.connect(&bus).await.unwrap();
            bus.publish("a", 1).await.unwrap();
            both.flush().await;
            until("its own came", || async { both.stats().passed == 1 }).await;
            assert_eq!(both.stats().acked, 1);
            both.close(Duration::MAX).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_may_take_longer_than_the_server_waits() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let slow = |_: DomainEvent| async { tokio::time::sleep(Duration::from_secs(3)).await };
    there.subscribe_async("a", slow).unwrap().keep();
    let receiving = bridge("notes", &server).receive(["a"]).seen(seen);
    let receiving = receiving.ack_wait(Duration::from_secs(1));
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["a"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 1).await.unwrap();
    until("it was handled", || async {
        receiving.stats().handled == 1
    })
    .await;
    // Had the server sent it again, it would be here by now, or be pending.
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    until("nothing is pending", || async {
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    assert_eq!(receiving.stats().received, 1);
}
