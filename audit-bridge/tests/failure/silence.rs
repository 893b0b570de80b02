//! A server that says nothing, be it there or gone.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use audit_bridge::BridgeState;
use audit_bridge::async_nats::ConnectOptions;
use audit_core::bus::{Bus, DomainEvent};
use tokio::sync::Semaphore;

use crate::support::{Inbox, LONG, Server, bridge, marks, until};

/// Sends the server a signal.
fn signal(server: &Server, signal: &str) {
    let pid = server.pid().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status();
    assert!(sent.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_nothing_any_more_is_noticed_and_asked_anew() {
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
    here.publish("a", 1_u64).await.unwrap();
    inbox.wait_for(1).await;
    // It stands still, and the connection stands.
    signal(&server, "-STOP");
    until("it is noticed", || async {
        let error = receiving.stats().last_error.unwrap_or_default();
        error == "messages are asked for anew: the server has said nothing for 12s"
    })
    .await;
    signal(&server, "-CONT");
    here.publish("a", 2_u64).await.unwrap();
    inbox.wait_for(2).await;
    assert_eq!(inbox.numbers(), [1, 2]);
    let stats = receiving.stats();
    assert_eq!((stats.shared, stats.missed), (0, 0));
    assert!(stats.health(LONG).is_healthy());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_goes_on_while_the_server_is_gone() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let gate = Arc::new(Semaphore::new(0));
    let pass = Arc::clone(&gate);
    let slow = move |_: DomainEvent| {
        let pass = Arc::clone(&pass);
        async move {
            pass.acquire().await.unwrap().forget();
            // Several times as long as the server is told once more that it is at work.
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    };
    there.subscribe_async("a", slow).unwrap().keep();
    let inbox = Inbox::of(&there, "a");
    // What the client holds for a server that is gone is little.
    let options = ConnectOptions::new().client_capacity(1);
    let receiving = bridge("notes", &server).receive(["*"]).seen(seen);
    let receiving = receiving.ack_wait(Duration::from_secs(1)).options(options);
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 1_u64).await.unwrap();
    until("it is handled", || async {
        receiving.stats().handling_for.is_some()
    })
    .await;
    server.kill();
    until("it is known", || async {
        receiving.stats().state == BridgeState::Disconnected
    })
    .await;
    gate.add_permits(1);
    inbox.wait_for(1).await;
    until("it is handled to its end", || async {
        receiving.stats().handled == 1
    })
    .await;
    assert_eq!(receiving.stats().state, BridgeState::Disconnected);
}
