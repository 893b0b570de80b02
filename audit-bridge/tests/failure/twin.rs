//! Two processes with one name.

use audit_bridge::Bridge;
use audit_core::bus::Bus;

use crate::support::{Child, Inbox, LONG, Server, bridge, is_child, marks, until};

use super::process::{say, told_to_end};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that has another's name"]
async fn receives_under_the_name_of_another() {
    let Some((server, _)) = is_child() else {
        return;
    };
    // On a machine of its own it has marks of its own.
    let (_folder, seen) = marks("notes");
    let bus = Bus::new();
    let receiving = Bridge::builder("notes").server(server).receive(["*"]);
    let _receiving = receiving.seen(seen).connect(&bus).await.unwrap();
    say("ready ");
    told_to_end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_of_one_name_is_seen_by_the_first_and_by_a_third() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let inbox = Inbox::of(&there, "*");
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    for number in 0..100_u64 {
        here.publish("a", number).await.unwrap();
    }
    inbox.wait_for(100).await;
    assert_eq!(receiving.stats().shared, 0);
    let test = "twin::receives_under_the_name_of_another";
    let mut child = Child::start(test, &server.url(), server.folder());
    child.next("ready ").unwrap();
    until("it is seen", || async {
        here.publish("a", 1_u64).await.unwrap();
        receiving.stats().shared > 0
    })
    .await;
    let stats = receiving.stats();
    let error = stats.last_error.clone().unwrap();
    assert!(
        error.contains("another process has the name `notes`"),
        "{error}"
    );
    assert!(!stats.health(LONG).is_healthy());
    // Nothing was let go by the stream.
    assert_eq!(stats.missed, 0);
    receiving.close(LONG).await.unwrap();
    let (_folder, seen) = marks("notes");
    let third = bridge("notes", &server).receive(["*"]).seen(seen);
    let third = third.connect(&Bus::new()).await.unwrap();
    until("it is told", || async {
        let error = third.stats().last_error.unwrap_or_default();
        error == "another process has the name `notes`, and asks for its events"
    })
    .await;
}
