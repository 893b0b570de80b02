//! Keys come in and go while the service runs.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use audit_core::InScope;
use audit_tenant::postgres::{Binding, Error, Key};
use tokio_postgres::{AsyncMessage, Client, NoTls};

use super::house::{House, Watch, tenant};
use super::server::Server;

/// Binds a transaction as a client of any kind does.
async fn bind(house: &House, client: &Client, key: Key, name: &str) {
    let binder = house.security().binder(key);
    client.batch_execute("BEGIN").await.unwrap();
    let row = client.query_one(&binder.here(), &[]).await.unwrap();
    client
        .batch_execute(&binder.bind(&Binding::of(tenant(name)).actor("alice"), row.get(0)))
        .await
        .unwrap();
}

#[tokio::test]
async fn keys_are_changed_while_the_service_runs() {
    let house = House::furnished().await;
    let security = house.security();
    let (old, new) = (house.key.clone(), Key::new([8; 32]));
    let (owner, app) = (house.owner().await, house.app().await);
    bind(&house, &app, new.clone(), "acme").await;
    let unknown = app.query("SELECT * FROM invoice", &[]).await.unwrap_err();
    assert_eq!(unknown.code().unwrap().code(), "TN002");
    app.batch_execute("ROLLBACK").await.unwrap();

    security.bring_in(&owner, &new).await.unwrap();
    // Once more does no harm.
    security.bring_in(&owner, &new).await.unwrap();
    for key in [&old, &new] {
        bind(&house, &app, key.clone(), "acme").await;
        assert_eq!(
            app.query("SELECT * FROM invoice", &[]).await.unwrap().len(),
            3
        );
        let actor = app
            .query_one("SELECT audit_tenant.current_actor()", &[])
            .await
            .unwrap();
        assert_eq!(actor.get::<_, &str>(0), "alice");
        app.batch_execute("COMMIT").await.unwrap();
    }

    bind(&house, &app, old.clone(), "acme").await;
    security.end_key(&owner, &old).await.unwrap();
    assert!(security.end_key(&owner, &old).await.is_err());
    let ended = app.query("SELECT * FROM invoice", &[]).await.unwrap_err();
    assert_eq!(ended.code().unwrap().code(), "TN002");
}

#[tokio::test]
async fn a_key_that_was_ended_too_early_is_an_error_of_the_service_and_no_violation() {
    let house = House::furnished().await;
    let (owner, mut app) = (house.owner().await, house.app().await);
    let watch = Watch::new();
    let binder = house.binder();
    let ended = house.security().end_key(&owner, &house.key).await;
    ended.unwrap();
    let work = async {
        let transaction = binder.transaction(&mut app).start().await.unwrap();
        let read = transaction.query("SELECT * FROM invoice", &[]).await;
        let error = read.unwrap_err();
        assert!(matches!(error, Error::UnknownKey(_)), "{error:?}");
        assert!(error.violation().is_none() && error.database().is_some());
        assert!(error.to_string().contains("a key that is not in force"));
    };
    work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    assert_eq!(watch.events("enforcement_violation").len(), 0);
}

#[tokio::test]
async fn a_key_that_is_brought_in_stands_in_no_log() {
    let house = House::empty().await;
    let owner = format!("{}_owner", house.name);
    let admin = house.admin().await;
    let all = format!("ALTER ROLE {owner} SET log_statement = 'all'");
    admin.batch_execute(&all).await.unwrap();
    let (client, mut connection) = Server::shared()
        .config(&house.name, &owner)
        .connect(NoTls)
        .await
        .unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let lines = Arc::clone(&log);
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(line) = message {
                let line = format!("{} {}\n", line.message(), line.detail().unwrap_or_default());
                lines.lock().unwrap().push_str(&line);
            }
        }
    });
    client.batch_execute(&house.bare().set_up()).await.unwrap();
    // What the server logs it says to the client too.
    client
        .batch_execute("SET client_min_messages = log")
        .await
        .unwrap();
    house
        .bare()
        .bring_in(&client, &Key::new([0xa7; 32]))
        .await
        .unwrap();
    client
        .query("SELECT length($1::bytea)", &[&[0xa8_u8; 32].as_slice()])
        .await
        .unwrap();
    let log = log.lock().unwrap();
    // Parameters are in it, or this would show nothing.
    assert!(log.contains("a8a8a8a8") && log.contains("COPY"), "{log}");
    // As it is, and as the table has it.
    for part in ["a7a7a7a7", "91919191", "fbfbfbfb"] {
        assert!(!log.contains(part), "{log}");
    }
}
