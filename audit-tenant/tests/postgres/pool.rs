//! One connection of a pool, used by one tenant after another.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use audit_tenant::postgres::Binding;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use futures_util::FutureExt;
use tokio_postgres::{IsolationLevel, NoTls};

use super::house::{House, begin, code, is_free, number, tenant, text};
use super::server::Server;

/// A pool of one connection that cleans nothing when it takes it back.
fn pool(house: &House) -> Pool {
    let config = Server::shared().config(&house.name, &format!("{}_app", house.name));
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    Pool::builder(Manager::from_config(config, NoTls, recycling))
        .max_size(1)
        .build()
        .unwrap()
}

/// That the next tenant who gets the connection sees its own rows and no others.
async fn assert_clean(house: &House, pool: &Pool, left: &str) {
    let binder = house.binder();
    let mut client = pool.get().await.unwrap();
    let transaction = begin(&binder, &mut client, "globex").await;
    assert_eq!(
        number(&transaction, "SELECT sum(amount) FROM invoice", &[]).await,
        3000,
        "{left}"
    );
    transaction.commit().await.unwrap();
    let unbound = client
        .query("SELECT * FROM invoice", &[])
        .await
        .unwrap_err();
    assert_eq!(unbound.code().unwrap().code(), "TN001", "{left}");
}

#[tokio::test]
async fn tenants_take_turns_on_one_connection() {
    let house = House::furnished().await;
    let pool = pool(&house);
    let binder = house.binder();
    for _ in 0..3 {
        let mut client = pool.get().await.unwrap();
        let transaction = begin(&binder, &mut client, "acme").await;
        assert_eq!(
            number(&transaction, "SELECT sum(amount) FROM invoice", &[]).await,
            60
        );
        transaction.commit().await.unwrap();
        drop(client);
        assert_clean(&house, &pool, "nothing").await;
    }
}

#[tokio::test]
async fn a_connection_that_comes_back_in_a_transaction_is_freed_from_it() {
    let house = House::furnished().await;
    let pool = pool(&house);
    let before = house.invoices().await;
    for left in [
        "INSERT INTO invoice (id) VALUES (77)",
        "SELECT * FROM nowhere",
    ] {
        let client = pool.get().await.unwrap();
        client.batch_execute("BEGIN").await.unwrap();
        let binder = house.binder();
        let here = client.query_one(&binder.here(), &[]).await.unwrap();
        client
            .batch_execute(&binder.bind(&Binding::of(tenant("acme")), here.get(0)))
            .await
            .unwrap();
        let _failed_or_not = client.batch_execute(left).await;
        drop(client);
        assert_clean(&house, &pool, left).await;
    }
    assert_eq!(house.invoices().await, before);
}

#[tokio::test]
async fn another_isolation_is_had_on_a_connection_that_comes_back_in_a_transaction() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    app.batch_execute("BEGIN; SELECT 1").await.unwrap();
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let transaction = begin
        .isolation_level(IsolationLevel::Serializable)
        .start()
        .await
        .unwrap();
    assert_eq!(
        text(&transaction, "SHOW transaction_isolation")
            .await
            .unwrap(),
        "serializable"
    );
}

#[tokio::test]
async fn what_is_dropped_or_panics_is_rolled_back() {
    let house = House::furnished().await;
    let pool = pool(&house);
    let before = house.invoices().await;
    for panics in [false, true] {
        let work = async {
            let binder = house.binder();
            let mut client = pool.get().await.unwrap();
            let transaction = begin(&binder, &mut client, "acme").await;
            transaction
                .execute("DELETE FROM invoice", &[])
                .await
                .unwrap();
            assert!(!panics, "on purpose");
        };
        assert_eq!(AssertUnwindSafe(work).catch_unwind().await.is_err(), panics);
        // Even before anybody begins anew.
        assert!(is_free(&pool.get().await.unwrap()).await);
        assert_clean(&house, &pool, "what was dropped").await;
    }
    assert_eq!(house.invoices().await, before);
}

#[tokio::test]
async fn what_is_cancelled_anywhere_is_rolled_back() {
    let house = House::furnished().await;
    let pool = pool(&house);
    let before = house.invoices().await;
    // Each time it waits once more before it is dropped: at first nothing has begun, in the end all is done.
    for waits in 0..100 {
        let work = async {
            let binder = house.binder();
            let mut client = pool.get().await.unwrap();
            let begin = binder.transaction(&mut client).tenant(tenant("acme"));
            let transaction = begin.start().await.unwrap();
            transaction
                .execute("UPDATE invoice SET amount = amount", &[])
                .await
                .unwrap();
            transaction
                .execute("DELETE FROM invoice", &[])
                .await
                .unwrap();
            transaction.rollback().await.unwrap();
        };
        let ended = dropped_after(waits, work).await;
        assert_clean(&house, &pool, &format!("{waits} waits")).await;
        assert_eq!(house.invoices().await, before);
        if ended {
            assert!(waits > 5, "it never waited for the database");
            return;
        }
    }
    panic!("it never came to its end");
}

/// Drops a future once it has waited this often; whether it ended before.
async fn dropped_after(waits: usize, work: impl Future<Output = ()>) -> bool {
    let mut work = pin!(work);
    let mut waited = 0;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending if waited == waits => Poll::Ready(false),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_commit_that_keeps_nothing_is_an_error() {
    let house = House::furnished().await;
    let before = house.invoices().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let transaction = begin.start().await.unwrap();
    let deleted = transaction.execute("DELETE FROM invoice", &[]).await;
    assert_eq!(deleted.unwrap(), 3);
    assert!(transaction.query("SELECT 1 / 0", &[]).await.is_err());
    assert_eq!(code(transaction.commit().await), "25P02");
    assert!(is_free(&app).await);
    assert_eq!(house.invoices().await, before);
}

#[tokio::test]
async fn a_part_that_keeps_nothing_leaves_what_it_is_a_part_of() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let mut transaction = begin.start().await.unwrap();
    let part = transaction.transaction().await.unwrap();
    part.execute("DELETE FROM invoice", &[]).await.unwrap();
    assert!(part.query("SELECT 1 / 0", &[]).await.is_err());
    assert_eq!(code(part.commit().await), "25P02");
    let changed = transaction.execute("UPDATE invoice SET amount = 1", &[]);
    assert_eq!(changed.await.unwrap(), 3);
    transaction.commit().await.unwrap();
    assert_eq!(
        house.invoices().await,
        [
            "acme 1 1",
            "acme 2 1",
            "acme 3 1",
            "globex 1 1000",
            "globex 9 2000"
        ]
    );
}

#[tokio::test]
async fn roles_locks_and_channels_do_not_reach_the_next_tenant() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let left = format!(
        "SET ROLE {}_jobs; SELECT pg_advisory_lock(7); LISTEN news; SET statement_timeout = '77s'",
        house.name
    );
    app.batch_execute(&left).await.unwrap();
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let transaction = begin.start().await.unwrap();
    let user = text(&transaction, "SELECT current_user::text").await;
    assert_eq!(user.unwrap(), format!("{}_app", house.name));
    let locks =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    assert_eq!(number(&transaction, locks, &[]).await, 0);
    // What a pool's user set on purpose stays.
    let timeout = text(&transaction, "SHOW statement_timeout").await;
    assert_eq!(timeout.unwrap(), "77s");
    transaction.commit().await.unwrap();
    let channels = "SELECT * FROM pg_listening_channels()";
    assert_eq!(app.query(channels, &[]).await.unwrap().len(), 0);
}

#[tokio::test]
async fn other_sessions_of_the_role_see_no_binding_in_a_statement_s_text() {
    let house = House::furnished().await;
    let (mut app, other) = (house.app().await, house.app().await);
    let pid = app.query_one("SELECT pg_backend_pid()", &[]).await.unwrap();
    let pid: i32 = pid.get(0);
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let transaction = begin.start().await.unwrap();
    let seen = "SELECT query FROM pg_stat_activity WHERE pid = $1";
    let seen = other.query_one(seen, &[&pid]).await.unwrap();
    let seen: String = seen.get(0);
    assert!(seen.contains("set_config"), "{seen}");
    assert!(!seen.contains(house.key.name()), "{seen}");
    drop(transaction);
}

#[tokio::test]
async fn cursors_that_are_held_and_temporary_tables_do_not_reach_the_next_tenant() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    let granted = format!("GRANT TEMPORARY ON DATABASE {0} TO {0}_app", house.name);
    admin.batch_execute(&granted).await.unwrap();
    let pool = pool(&house);
    let binder = house.binder();
    let mut client = pool.get().await.unwrap();
    let transaction = begin(&binder, &mut client, "acme").await;
    transaction
        .batch_execute("DECLARE kept CURSOR WITH HOLD FOR SELECT * FROM invoice; CREATE TEMPORARY TABLE invoice AS SELECT * FROM public.invoice")
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    drop(client);
    let mut client = pool.get().await.unwrap();
    let transaction = begin(&binder, &mut client, "globex").await;
    assert_eq!(
        number(&transaction, "SELECT sum(amount) FROM invoice", &[]).await,
        3000
    );
    let error = transaction
        .query("FETCH ALL FROM kept", &[])
        .await
        .unwrap_err();
    assert_eq!(error.database().unwrap().code().unwrap().code(), "34000");
}
