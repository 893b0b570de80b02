//! What stands in memory alone when a process is killed.

use audit_bridge::Bridge;
use audit_core::bus::{Bus, DomainEvent, Queue};

use crate::support::{Child, Server, bridge, is_child, until};

use super::process::{say, told_to_end};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed"]
async fn handles_in_a_queue_of_its_own() {
    let Some((server, folder)) = is_child() else {
        return;
    };
    let bus = Bus::new();
    let hung = |event: DomainEvent| async move {
        say(&format!("begun {}", event.json().unwrap()));
        std::future::pending::<()>().await;
    };
    let queued = bus.subscription("*").queue(Queue::bounded(16));
    queued.handle_async(hung).unwrap().keep();
    let receiving = Bridge::builder("queue").server(server).receive(["*"]);
    let receiving = receiving.seen(folder.join("queue.seen"));
    let receiving = receiving.connect(&bus).await.unwrap();
    say("ready ");
    until("two were taken", || async {
        receiving.stats().handled == 2
    })
    .await;
    say("answered ");
    told_to_end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_in_a_queue_of_its_own_is_lost_with_the_process() {
    let Some(server) = Server::start() else {
        return;
    };
    let start = || {
        let test = "memory::handles_in_a_queue_of_its_own";
        Child::start(test, &server.url(), server.folder())
    };
    let mut child = start();
    let here = Bus::new();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    child.next("ready ").unwrap();
    here.publish("a", 1).await.unwrap();
    here.publish("a", 2).await.unwrap();
    // The server is told that both are done with, though one is being handled and one waits.
    assert_eq!(child.next("begun ").as_deref(), Some("1"));
    child.next("answered ").unwrap();
    let stream = server.context().await.get_stream("BUS").await.unwrap();
    until("the server knows", || async {
        let info = stream.consumer_info("queue").await.unwrap();
        info.ack_floor.stream_sequence == 2
    })
    .await;
    child.kill();
    let mut child = start();
    child.next("ready ").unwrap();
    here.publish("a", 3).await.unwrap();
    assert_eq!(child.next("begun ").as_deref(), Some("3"));
}
