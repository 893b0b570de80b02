//! A stream that is there already, or is not.

use std::time::Duration;

use audit_bridge::async_nats::jetstream::{self, stream::Config, stream::RetentionPolicy};
use audit_core::bus::Bus;
use tokio::task::JoinSet;

use crate::support::{Inbox, Server, bridge, dead_letters, marks, until};

async fn refusal(server: &Server, config: Config) -> String {
    let context = server.context().await;
    let name = config.name.clone();
    context.create_stream(config).await.unwrap();
    let connected = bridge("accounts", server).stream(&name).send(["*"]);
    let error = connected.connect(&Bus::new()).await.unwrap_err();
    context.delete_stream(name).await.unwrap();
    error.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_does_not_fit_says_what_it_has_and_what_is_needed() {
    let Some(server) = Server::start() else {
        return;
    };
    let config = |subject: &str| Config {
        name: "OLD".to_owned(),
        subjects: vec![subject.to_owned()],
        ..Config::default()
    };
    assert_eq!(
        refusal(&server, config("bus.account.>")).await,
        "the stream `OLD` has the subjects `bus.account.>`, and needs `bus.>`"
    );
    let mut queue = config("bus.>");
    queue.retention = RetentionPolicy::WorkQueue;
    assert_eq!(
        refusal(&server, queue).await,
        "the stream `OLD` is a work queue, which gives each event to one process alone; it needs the retention `limits` or `interest`"
    );
    let mut silent = config("bus.>");
    silent.no_ack = true;
    assert!(refusal(&server, silent).await.contains("`no_ack`"));
    let absent = bridge("accounts", &server).send(["*"]).existing_stream();
    let error = absent.connect(&Bus::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "the stream `BUS` is not there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_fits_is_left_as_it_is() {
    let Some(server) = Server::start() else {
        return;
    };
    let context = server.context().await;
    let config = Config {
        name: "OLD".to_owned(),
        subjects: vec!["acme.>".to_owned(), "other".to_owned()],
        max_messages: 10,
        max_age: Duration::from_hours(1),
        ..Config::default()
    };
    context.create_stream(config).await.unwrap();
    let bus = Bus::new();
    let connected = bridge("accounts", &server).stream("OLD").prefix("acme.bus");
    let _sending = connected.send(["*"]).connect(&bus).await.unwrap();
    bus.publish("a", 1).await.unwrap();
    let stream = context.get_stream("OLD").await.unwrap();
    let info = stream.cached_info();
    assert_eq!((info.state.messages, info.config.max_messages), (1, 10));
    // Marks may not go before their events.
    let (_folder, seen) = marks("notes");
    let forgetful = bridge("notes", &server).stream("OLD").prefix("acme.bus");
    let forgetful = forgetful
        .receive(["*"])
        .seen(seen)
        .keep_seen_for(Duration::from_mins(1));
    let error = forgetful.connect(&bus).await.unwrap_err().to_string();
    assert!(
        error.starts_with("marks are kept for 60s, and the stream keeps events for 3600s"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_taken_away_is_made_again_and_events_go_on() {
    let Some(server) = Server::start() else {
        return;
    };
    let (_folder, seen) = marks("notes");
    let (here, there) = (Bus::new(), Bus::new());
    let inbox = Inbox::of(&there, "*");
    let receiving = bridge("notes", &server)
        .receive(["*"])
        .seen(seen)
        .with_history();
    let receiving = receiving.connect(&there).await.unwrap();
    let sending = bridge("accounts", &server).send(["*"]);
    let _sending = sending.connect(&here).await.unwrap();
    here.publish("a", 1_u64).await.unwrap();
    inbox.wait_for(1).await;
    let context: jetstream::Context = server.context().await;
    context.delete_stream("BUS").await.unwrap();
    until("it is there again", || async {
        context.get_stream("BUS").await.is_ok()
    })
    .await;
    here.publish("a", 2_u64).await.unwrap();
    inbox.wait_for(2).await;
    assert_eq!(inbox.numbers(), [1, 2]);
    assert!(receiving.stats().last_error.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bridge_that_only_sends_makes_a_stream_again_that_is_taken_away() {
    let Some(server) = Server::start() else {
        return;
    };
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let sending = bridge("accounts", &server).send(["*"]);
    let sending = sending.connect(&bus).await.unwrap();
    let context = server.context().await;
    context.delete_stream("BUS").await.unwrap();
    bus.publish("a", 1).await.unwrap();
    assert_eq!(sending.stats().acked, 1);
    let stream = context.get_stream("BUS").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);
    assert!(letters.all().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bridges_that_make_the_stream_at_once_use_that_of_the_first() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut tasks = JoinSet::new();
    for hours in 1..=8 {
        let config = Config {
            max_age: Duration::from_hours(hours),
            ..Config::default()
        };
        let sending = bridge(&format!("s{hours}"), &server).send(["*"]);
        let sending = sending.make_stream_as(config);
        tasks.spawn(async move { sending.connect(&Bus::new()).await.map(drop) });
    }
    while let Some(connected) = tasks.join_next().await {
        connected.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_lose_events_in_a_stream_is_said_at_once() {
    let Some(server) = Server::start() else {
        return;
    };
    let config = Config {
        max_messages_per_subject: 1,
        ..Config::default()
    };
    let sending = bridge("accounts", &server).send(["*"]);
    let bus = Bus::new();
    let sending = sending.make_stream_as(config).connect(&bus).await.unwrap();
    assert_eq!(
        sending.stats().last_error.as_deref(),
        Some(
            "the stream `BUS` keeps 1 events of each name (`max_msgs_per_subject`): who is slow or away misses those before"
        )
    );
}
