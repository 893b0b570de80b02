//! What the server lets nobody send.

use std::path::Path;

use audit_bridge::async_nats::ConnectOptions;
use audit_core::bus::Bus;

use crate::support::{LONG, Server, bridge, dead_letters};

/// A server where alice may send all but secrets.
fn server(folder: &Path) -> Option<Server> {
    let config = folder.join("nats.conf");
    let users = r#"
authorization {
  users = [
    { user: alice, password: s3cret, permissions: { publish: { deny: ["bus.secret.>"] } } }
  ]
}
"#;
    std::fs::write(&config, users).unwrap();
    Server::start_with(&["--config", config.to_str().unwrap()])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_be_sent_is_a_dead_letter_with_the_reason_and_keeps_nothing_else_back() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = server(folder.path()) else {
        return;
    };
    for is_queued in [false, true] {
        let options =
            ConnectOptions::with_user_and_password("alice".to_owned(), "s3cret".to_owned());
        let bus = Bus::new();
        let letters = dead_letters(&bus);
        let sending = bridge("accounts", &server).send(["*"]).options(options);
        // The server's answer is not waited for: there is none.
        let sending = sending.ack_timeout(LONG * 5).confirmed(LONG * 5);
        let sending = if is_queued {
            sending.queued(100)
        } else {
            sending
        };
        let sending = sending.connect(&bus).await.unwrap();
        let published = async {
            for round in 0..10 {
                bus.publish("secret.a\"b", round).await.unwrap();
                bus.publish("open", round).await.unwrap();
            }
            sending.flush().await;
        };
        tokio::time::timeout(LONG, published).await.unwrap();
        letters.wait_for(10).await;
        let stats = sending.stats();
        assert_eq!((stats.acked, stats.refused, stats.waiting), (10, 10, 0));
        let letter = letters.all().remove(0).data;
        assert_eq!(letter["target"], "secret.a\"b");
        let error = letter["error"].as_str().unwrap();
        assert!(
            error.contains("does not let this bridge publish to")
                && error.contains("Permissions Violation"),
            "{error}"
        );
        sending.close(LONG).await.unwrap();
    }
}
