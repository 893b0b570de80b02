//! What goes out and what comes in.

use audit_core::bus::{Bus, BusPolicy, DEAD_LETTER};

use crate::support::{Inbox, Pair, Server, bridge, dead_letters, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_pattern_stands_for_stays_where_it_is() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let inbox = Inbox::of(&there, "*");
    // The server is asked for all of `account`, and what else comes is passed over here.
    let receiving = bridge("notes", &server).receive(["account.[tp]*", "account.eu.*"]);
    let receiving = receiving.seen(seen).connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["account.*", "*.paid", DEAD_LETTER]);
    assert!(sending.connect(&here).await.is_err());
    let sending = bridge("accounts", &server).send(["account.*", "*.paid"]);
    let sending = sending.connect(&here).await.unwrap();
    here.subscribe("account.odd", |_| Err::<(), _>("a dead letter"))
        .unwrap()
        .keep();
    let names = [
        "account.odd",
        "secret",
        "invoice.paid",
        "account.opened",
        "account.transfer",
        "account.paid",
        "account.eu.closed",
    ];
    for name in names {
        here.publish(name, 1).await.unwrap();
    }
    inbox.wait_for(3).await;
    assert_eq!(
        inbox.names(),
        ["account.transfer", "account.paid", "account.eu.closed"]
    );
    // What two patterns stand for is sent once; neither `secret` nor the dead letter left.
    assert_eq!(sending.stats().sent, 6);
    let stats = receiving.stats();
    // The server sent nothing of `invoice`.
    assert_eq!((stats.received, stats.passed, stats.handled), (5, 2, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_in_goes_out_nowhere_though_all_send_and_receive_everything() {
    let Some(server) = Server::start() else {
        return;
    };
    let (folder, _) = marks("all");
    let mut bridges = Vec::new();
    for name in ["one", "two", "three"] {
        let bus = Bus::new();
        let inbox = Inbox::of(&bus, "*");
        let both = bridge(name, &server).send(["*"]).receive(["*"]);
        let both = both.seen(folder.path().join(name));
        bridges.push((both.connect(&bus).await.unwrap(), bus, inbox));
    }
    for number in 0..100_u64 {
        for (_, bus, _) in &bridges {
            bus.publish("a", number).await.unwrap();
        }
    }
    for (bridge, _, inbox) in &bridges {
        // Its own hundred, which it published itself, and those of the others.
        inbox.wait_for(300).await;
        until("all came", || async { bridge.stats().received == 300 }).await;
        let stats = bridge.stats();
        assert_eq!((stats.sent, stats.handled, stats.passed), (100, 200, 100));
        assert_eq!(inbox.all().len(), 300);
        let foreign = inbox.all().into_iter().filter(|came| came.origin.is_some());
        assert_eq!(foreign.count(), 200);
    }
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_policy_of_the_bridge_denies_is_a_dead_letter_and_comes_no_more() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    let letters = dead_letters(&pair.there);
    pair.there.set_policy(
        "bridge",
        BusPolicy::new().publish_allow(["account.*"]).unwrap(),
    );
    pair.here.publish("admin.delete", 1).await.unwrap();
    pair.here.publish("account.transfer", 2).await.unwrap();
    pair.inbox.wait_for(1).await;
    assert_eq!(pair.inbox.names(), ["account.transfer"]);
    let letter = &letters.all()[0].data;
    assert_eq!(letter["target"], "admin.delete");
    assert_eq!(
        letter["error"],
        "`bridge` may not publish `admin.delete`, by rule `publish_allow`"
    );
    until("nothing is pending", || async {
        let context = server.context().await;
        let stream = context.get_stream("BUS").await.unwrap();
        stream.consumer_info("notes").await.unwrap().num_ack_pending == 0
    })
    .await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.received, stats.dead), (2, 1));
    // Nor does it where the same stands in the stream once more.
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    let sent = context.publish("bus.admin.delete", message.payload);
    sent.await.unwrap().await.unwrap();
    pair.here.publish("account.transfer", 3).await.unwrap();
    until("it came", || async { pair.receiving.stats().handled == 2 }).await;
    let stats = pair.receiving.stats();
    assert_eq!((stats.duplicates, stats.dead), (1, 1));
    assert_eq!(letters.all().len(), 1);
}
