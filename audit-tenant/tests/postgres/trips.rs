//! What a bound transaction costs on the way, and what comes when the way ends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audit_core::InScope;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio_postgres::{Config, NoTls};

use super::house::{House, Watch, begin, number, tenant};
use super::server::Server;

/// The name of a server's socket, by its port.
const SOCKET: &str = ".s.PGSQL.5432";

/// Stands between clients and the server, and counts how often a client speaks after it was answered.
struct Counter {
    folder: tempfile::TempDir,
    trips: Arc<AtomicU64>,
}

impl Counter {
    fn before(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let trips = Arc::new(AtomicU64::new(0));
        let (counted, home) = (Arc::clone(&trips), server.home().to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, home.join(SOCKET), Arc::clone(&counted)));
            }
        });
        Self { folder, trips }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many since this was asked last.
    fn taken(&self) -> u64 {
        self.trips.swap(0, Ordering::SeqCst)
    }
}

/// Carries bytes both ways until one side ends.
async fn carry(mut client: UnixStream, server: impl AsRef<Path>, trips: Arc<AtomicU64>) {
    let mut server = UnixStream::connect(server).await.unwrap();
    let (mut asked, mut answered) = (vec![0; 65536], vec![0; 65536]);
    let mut server_spoke_last = true;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                if std::mem::replace(&mut server_spoke_last, false) {
                    trips.fetch_add(1, Ordering::SeqCst);
                }
                server.write_all(&asked[..length]).await.unwrap();
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                server_spoke_last = true;
                client.write_all(&answered[..length]).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_binding_takes_one_round_trip_more_than_a_transaction() {
    let house = House::furnished().await;
    let counter = Counter::before(Server::shared());
    let mut config = Config::new();
    config
        .host_path(counter.folder())
        .dbname(&house.name)
        .user(format!("{}_app", house.name));
    let (mut client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let statement = client.prepare("SELECT 1").await.unwrap();
    counter.taken();

    let plain = client.transaction().await.unwrap();
    plain.query(&statement, &[]).await.unwrap();
    plain.commit().await.unwrap();
    let plain = counter.taken();
    assert_eq!(plain, 3);

    let binder = house.binder();
    let bound = begin(&binder, &mut client, "acme").await;
    bound.query(&statement, &[]).await.unwrap();
    bound.commit().await.unwrap();
    assert_eq!(counter.taken(), plain + 1);
}

#[tokio::test]
async fn a_server_that_goes_away_is_an_error_and_no_violation() {
    let server: &'static Server = Box::leak(Box::new(Server::start()));
    let house = House::furnished_at(server).await;
    let watch = Watch::new();
    let binder = house.binder();
    let mut app = house.app().await;
    let work = async {
        let transaction = binder.transaction(&mut app).start().await.unwrap();
        assert_eq!(
            number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
            3
        );
        server.stop();
        let error = transaction
            .query("SELECT * FROM invoice", &[])
            .await
            .unwrap_err();
        assert!(
            error.violation().is_none() && error.database().is_some(),
            "{error:?}"
        );
        assert!(transaction.commit().await.is_err());
        let error = binder.transaction(&mut app).start().await.unwrap_err();
        assert!(
            error.violation().is_none() && error.database().unwrap().is_closed(),
            "{error:?}"
        );
    };
    work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    assert_eq!(watch.events("enforcement_violation").len(), 0);
    assert!(!server.home().exists(), "the server left something behind");
}

#[tokio::test]
async fn a_connection_that_is_ended_before_it_is_bound_gives_no_transaction() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let pid: i32 = app
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .unwrap()
        .get(0);
    let admin = house.admin().await;
    admin
        .execute("SELECT pg_terminate_backend($1, 10000)", &[&pid])
        .await
        .unwrap();
    let binder = house.binder();
    let error = binder
        .transaction(&mut app)
        .tenant(tenant("acme"))
        .start()
        .await
        .unwrap_err();
    assert!(
        error.violation().is_none() && error.database().is_some(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_binding_that_can_not_be_set_leaves_no_transaction_to_use() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    // The role for bypasses is taken away, so the statement that binds one fails.
    let admin = house.admin().await;
    let name = &house.name;
    admin
        .batch_execute(&format!("REVOKE {name}_jobs FROM {name}_app"))
        .await
        .unwrap();
    let watch = Watch::new();
    let bypass = audit_core::tenant::Bypass::new("reconciliation").unwrap();
    let work = async {
        let error = house
            .binder()
            .transaction(&mut app)
            .bypass(&bypass)
            .start()
            .await
            .unwrap_err();
        assert_eq!(error.database().unwrap().code().unwrap().code(), "42501");
        assert!(error.violation().is_none());
    };
    work.in_scope(watch.scope()).await;
    assert!(super::house::is_free(&app).await);
}
