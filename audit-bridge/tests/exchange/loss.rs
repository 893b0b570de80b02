//! What a stream or a consumer loses while somebody is away or slow.

use audit_bridge::async_nats::jetstream::stream::Config;
use audit_core::bus::Bus;
use serde_json::json;

use crate::support::{Inbox, LONG, Pair, Server, bridge, dead_letters, gate, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_again_after_his_consumer_vanished_goes_on_where_he_stopped() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    pair.here.publish("a", 1_u64).await.unwrap();
    pair.inbox.wait_for(1).await;
    pair.receiving.close(LONG).await.unwrap();
    pair.here.publish("a", 2_u64).await.unwrap();
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    stream.delete_consumer("notes").await.unwrap();
    pair.here.publish("a", 3_u64).await.unwrap();
    let again = pair.again(&server).connect(&pair.there).await.unwrap();
    pair.inbox.wait_for(3).await;
    assert_eq!(pair.inbox.numbers(), [1, 2, 3]);
    // While it is there as well.
    stream.delete_consumer("notes").await.unwrap();
    pair.here.publish("a", 4_u64).await.unwrap();
    pair.inbox.wait_for(4).await;
    assert_eq!(pair.inbox.numbers(), [1, 2, 3, 4]);
    assert_eq!(again.stats().missed, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_again_after_the_stream_was_made_anew_gets_all_that_it_holds() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    for number in 0..5_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    pair.inbox.wait_for(5).await;
    pair.receiving.close(LONG).await.unwrap();
    let context = server.context().await;
    context.delete_stream("BUS").await.unwrap();
    pair.here.publish("a", 5_u64).await.unwrap();
    let _again = pair.again(&server).connect(&pair.there).await.unwrap();
    pair.inbox.wait_for(6).await;
    assert_eq!(pair.inbox.numbers(), [0, 1, 2, 3, 4, 5]);
}

fn ten() -> Config {
    Config {
        max_messages: 10,
        ..Config::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_let_go_while_nobody_was_there_is_counted_and_a_dead_letter() {
    let Some(server) = Server::start() else {
        return;
    };
    for is_consumer_there in [true, false] {
        let receive = if is_consumer_there { "bus" } else { "other" };
        let pair = Pair::with(
            &server,
            |sending| {
                sending
                    .stream(receive)
                    .prefix(receive)
                    .make_stream_as(ten())
            },
            |receiving| {
                receiving
                    .stream(receive)
                    .prefix(receive)
                    .make_stream_as(ten())
            },
        );
        let pair = pair.await;
        let letters = dead_letters(&pair.there);
        pair.here.publish("a", 0_u64).await.unwrap();
        pair.inbox.wait_for(1).await;
        pair.receiving.close(LONG).await.unwrap();
        for number in 1..=30_u64 {
            pair.here.publish("a", number).await.unwrap();
        }
        if !is_consumer_there {
            let stream = server.context().await.get_stream(receive).await.unwrap();
            stream.delete_consumer("notes").await.unwrap();
        }
        let again = pair.again(&server).stream(receive).prefix(receive);
        let again = again.connect(&pair.there).await.unwrap();
        pair.inbox.wait_for(11).await;
        // The first is the 0 that was there, and the dead letter is none of its own.
        let numbers = pair.inbox.numbers();
        assert_eq!(numbers[1..], (21..=30).collect::<Vec<_>>()[..]);
        assert_eq!(again.stats().missed, 20);
        let letter = letters.all().remove(0).data;
        assert_eq!(letter["target"], receive);
        assert_eq!(
            letter["params"],
            json!({"stream": receive, "first": 2, "last": 21, "most": 20})
        );
        let error = letter["error"].as_str().unwrap();
        assert!(error.contains("let go of its messages 2 to 21"), "{error}");
        let health = again.stats().health(LONG).to_string();
        assert!(health.contains("let go of up to 20 events"), "{health}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_let_go_before_a_slow_receiver_is_counted() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let gate = gate(&there, "a");
    let inbox = Inbox::of(&there, "a");
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let receiving = receiving.make_stream_as(ten()).max_ack_pending(1);
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]).queued(100);
    let sending = sending.connect(&here).await.unwrap();
    for number in 1..=50_u64 {
        here.publish("a", number).await.unwrap();
    }
    sending.flush().await;
    gate.add_permits(100);
    let came = || inbox.numbers();
    until("the last came", || async { came().last() == Some(&50) }).await;
    // Those that the stream has, and perhaps the one that was handled meanwhile and one that the server had in its hand.
    let came = came();
    assert!(came.ends_with(&(41..=50).collect::<Vec<_>>()), "{came:?}");
    assert!(came.len() <= 12, "{came:?}");
    let missed = usize::try_from(receiving.stats().missed).unwrap();
    assert_eq!(came.len() + missed, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_not_asked_for_are_not_missed_while_it_is_there() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::with(
        &server,
        |sending| sending,
        |receiving| receiving.make_stream_as(ten()),
    );
    let pair = pair.await;
    let (_folder, seen) = marks("one");
    let bus = Bus::new();
    let inbox = Inbox::of(&bus, "*");
    let one = bridge("one", &server).receive(["one"]).seen(&seen);
    let one = one.connect(&bus).await.unwrap();
    for round in 0..3_u64 {
        for number in 0..30_u64 {
            pair.here.publish("a", number).await.unwrap();
        }
        pair.here.publish("one", round).await.unwrap();
        inbox.wait_for(usize::try_from(round).unwrap() + 1).await;
    }
    assert_eq!(one.stats().missed, 0);
    // Nor by who was there as long as the stream went on.
    for number in 0..30_u64 {
        pair.here.publish("a", number).await.unwrap();
    }
    one.close(LONG).await.unwrap();
    let again = bridge("one", &server).receive(["one"]).seen(&seen);
    let again = again.connect(&bus).await.unwrap();
    pair.here.publish("one", 3_u64).await.unwrap();
    inbox.wait_for(4).await;
    assert_eq!(again.stats().missed, 0);
}
