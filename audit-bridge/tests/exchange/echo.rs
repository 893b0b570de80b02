//! What came from here does not come back, and what two processes say to each other ends.

use audit_core::bus::Bus;

use crate::support::{Inbox, Server, bridge, dead_letters, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bridges_of_one_bus_do_not_bring_back_what_the_other_sends() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("in");
    let bus = Bus::new();
    let inbox = Inbox::of(&bus, "*");
    let receiving = bridge("a-in", &server).receive(["*"]).seen(seen);
    let receiving = receiving.connect(&bus).await.unwrap();
    let sending = bridge("a-out", &server).send(["*"]);
    let _sending = sending.connect(&bus).await.unwrap();
    let other = Bus::new();
    let elsewhere = bridge("b-out", &server).send(["*"]);
    let _elsewhere = elsewhere.connect(&other).await.unwrap();
    bus.publish("a", 1_u64).await.unwrap();
    other.publish("b", 2_u64).await.unwrap();
    inbox.wait_for(2).await;
    until("both came", || async { receiving.stats().received == 2 }).await;
    assert_eq!(inbox.numbers(), [1, 2]);
    let stats = receiving.stats();
    assert_eq!((stats.passed, stats.handled), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_answer_each_other_without_end_are_stopped() {
    let Some(server) = Server::start() else {
        return;
    };
    let (folder, _) = marks("both");
    let mut sides = Vec::new();
    for (name, hears, says) in [("one", "ping", "pong"), ("two", "pong", "ping")] {
        let bus = Bus::new();
        let handle = bus.handle();
        let answer = move |_| {
            let handle = handle.clone();
            async move { handle.publish(says, ()).await.map(drop) }
        };
        bus.subscribe_async(hears, answer).unwrap().keep();
        let letters = dead_letters(&bus);
        let both = bridge(name, &server).send([says]).receive([hears]);
        let both = both.seen(folder.path().join(name));
        sides.push((both.connect(&bus).await.unwrap(), bus, letters));
    }
    sides[0].1.publish("pong", ()).await.unwrap();
    let letters = || async {
        let letters = sides.iter().map(|(_, _, letters)| letters.all().len());
        letters.sum::<usize>() == 1
    };
    until("it is stopped", letters).await;
    let sent: u64 = sides.iter().map(|(bridge, ..)| bridge.stats().acked).sum();
    assert!((32..=64).contains(&sent), "{sent}");
    let mut letters = sides.iter().flat_map(|(_, _, letters)| letters.all());
    let error = letters.next().unwrap().data["error"].to_string();
    assert!(error.contains("64"), "{error}");
}
