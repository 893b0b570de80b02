//! An event that comes twice.

use audit_core::bus::Bus;

use crate::support::{Inbox, LONG, Server, bridge, marks, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_twice_in_the_stream_is_handled_once_also_by_who_comes_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let inbox = Inbox::of(&there, "*");
    let connect = || bridge("notes", &server).receive(["*"]).seen(&seen);
    let receiving = connect().connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 1_u64).await.unwrap();
    inbox.wait_for(1).await;
    // The same message without the identifier by which the server would know it, as after the server's own window.
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    let message = stream.get_raw_message(1).await.unwrap();
    let again = || async {
        let sent = context.publish("bus.a", message.payload.clone());
        sent.await.unwrap().await.unwrap();
    };
    again().await;
    until("it was known", || async {
        receiving.stats().duplicates == 1
    })
    .await;
    receiving.close(LONG).await.unwrap();
    again().await;
    let receiving = connect().connect(&there).await.unwrap();
    until("it was known", || async {
        receiving.stats().duplicates == 1
    })
    .await;
    assert_eq!(inbox.numbers(), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_sent_twice_stands_once_in_the_stream() {
    let Some(server) = Server::start() else {
        return;
    };
    let bus = Bus::new();
    // Two bridges of one bus that send the same.
    let one = bridge("one", &server).send(["*"]).connect(&bus).await;
    let two = bridge("two", &server).send(["*"]).connect(&bus).await;
    bus.publish("a", 1).await.unwrap();
    assert_eq!(
        (one.unwrap().stats().acked, two.unwrap().stats().acked),
        (1, 1)
    );
    let context = server.context().await;
    let stream = context.get_stream("BUS").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);
}
