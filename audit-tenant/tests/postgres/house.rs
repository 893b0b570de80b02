//! A database of a test's own, with two tenants' rows in it, and what sees what is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::sink::MemorySink;
use audit_core::{Event, Policy, Runtime, Scope, TenantId, Value};
use audit_tenant::postgres::{Binder, Error, Key, RowSecurity, Table, TenantTransaction};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::server::Server;

/// The tables of a small service. Its owner makes them.
const TABLES: &str = "
    CREATE TABLE invoice (id int NOT NULL, tenant_id text NOT NULL, amount int NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id));
    CREATE TABLE line (invoice_id int NOT NULL, tenant_id text NOT NULL, what text NOT NULL);
    CREATE INDEX ON line (tenant_id);
";

/// What stands in them before they are protected: three invoices of `acme`, two of `globex`.
const ROWS: &str = "
    INSERT INTO invoice (id, tenant_id, amount) VALUES (1, 'acme', 10), (2, 'acme', 20), (3, 'acme', 30), (1, 'globex', 1000), (9, 'globex', 2000);
    INSERT INTO line (invoice_id, tenant_id, what) VALUES (1, 'acme', 'bolts'), (1, 'acme', 'nuts'), (1, 'globex', 'secrets');
";

/// A database with its three roles: who owns it, who the service is, and what it becomes for a bypass.
pub(crate) struct House {
    server: &'static Server,
    pub(crate) name: String,
    pub(crate) key: Key,
}

impl House {
    /// An empty one, with roles.
    pub(crate) async fn empty() -> Self {
        Self::empty_at(Server::shared()).await
    }

    async fn empty_at(server: &'static Server) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = server.connect("postgres", "postgres").await;
        for statement in [
            format!("CREATE ROLE {name}_owner LOGIN"),
            format!("CREATE ROLE {name}_jobs NOLOGIN"),
            format!("CREATE ROLE {name}_app LOGIN IN ROLE {name}_jobs"),
            format!("CREATE DATABASE {name} OWNER {name}_owner"),
        ] {
            admin.batch_execute(&statement).await.unwrap();
        }
        let house = Self {
            server,
            name,
            key: Key::new([7; 32]),
        };
        // Before PostgreSQL 15 everybody may make tables there.
        house.admin().await.batch_execute(&format!(
            "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT ALL ON SCHEMA public TO {0}_owner; GRANT USAGE ON SCHEMA public TO {0}_jobs; \
             REVOKE TEMPORARY ON DATABASE {0} FROM PUBLIC",
            house.name
        )).await.unwrap();
        house
    }

    /// One with the tables of a small service, protected.
    pub(crate) async fn furnished() -> Self {
        Self::furnished_at(Server::shared()).await
    }

    /// The same on a server of a test's own.
    pub(crate) async fn furnished_at(server: &'static Server) -> Self {
        let house = Self::empty_at(server).await;
        let owner = house.owner().await;
        owner.batch_execute(TABLES).await.unwrap();
        owner.batch_execute(ROWS).await.unwrap();
        house.protect(&house.security()).await;
        house
    }

    /// Sets this up, brings the key in, and grants what a service has.
    pub(crate) async fn protect(&self, security: &RowSecurity) {
        let owner = self.owner().await;
        owner.batch_execute(&security.set_up()).await.unwrap();
        security.bring_in(&owner, &self.key).await.unwrap();
        owner
            .batch_execute(&format!(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}_jobs",
                self.name
            ))
            .await
            .unwrap();
    }

    /// What protects the tables of a small service.
    pub(crate) fn security(&self) -> RowSecurity {
        self.bare()
            .table(Table::new("public", "invoice").unwrap().filled_in())
            .table(Table::new("public", "line").unwrap())
    }

    /// The roles, and no table.
    pub(crate) fn bare(&self) -> RowSecurity {
        RowSecurity::new(format!("{}_app", self.name))
            .unwrap()
            .bypass(format!("{}_jobs", self.name))
            .unwrap()
    }

    pub(crate) fn binder(&self) -> Binder {
        self.security().binder(self.key.clone())
    }

    pub(crate) async fn admin(&self) -> Client {
        self.server.connect(&self.name, "postgres").await
    }

    pub(crate) async fn owner(&self) -> Client {
        self.server
            .connect(&self.name, &format!("{}_owner", self.name))
            .await
    }

    /// The service.
    pub(crate) async fn app(&self) -> Client {
        self.server
            .connect(&self.name, &format!("{}_app", self.name))
            .await
    }

    /// What all tenants have, as who no policy holds for sees it: `acme 1 10` and so on.
    pub(crate) async fn invoices(&self) -> Vec<String> {
        let rows = self
            .admin()
            .await
            .query(
                "SELECT concat_ws(' ', tenant_id, id, amount) FROM invoice ORDER BY tenant_id, id",
                &[],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// A tenant of this name.
pub(crate) fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

/// A transaction for the tenant of this name.
pub(crate) async fn begin<'c>(
    binder: &'c Binder,
    client: &'c mut Client,
    name: &str,
) -> TenantTransaction<'c> {
    let begin = binder.transaction(client).tenant(tenant(name));
    begin.start().await.unwrap()
}

/// The one text that a statement answers.
pub(crate) async fn text(transaction: &TenantTransaction<'_>, sql: &str) -> Result<String, Error> {
    let row = transaction.query_one(sql, &[]).await?;
    Ok(row.get(0))
}

/// The one whole number that a statement answers.
pub(crate) async fn number(
    transaction: &TenantTransaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> i64 {
    transaction.query_one(sql, parameters).await.unwrap().get(0)
}

/// The code of the error that the database answered.
pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    let error = answer.unwrap_err();
    let database = error
        .database()
        .unwrap_or_else(|| panic!("not of the database: {error}"));
    database
        .code()
        .unwrap_or_else(|| panic!("no code: {database}"))
        .code()
        .to_owned()
}

/// Whether a connection is in no transaction.
pub(crate) async fn is_free(client: &Client) -> bool {
    let savepoint = client.batch_execute("SAVEPOINT a").await;
    savepoint.is_err_and(|error| error.code() == Some(&SqlState::NO_ACTIVE_SQL_TRANSACTION))
}

/// Who sees what is recorded in its scopes.
pub(crate) struct Watch {
    sink: Arc<MemorySink>,
    runtime: Runtime,
}

impl Watch {
    pub(crate) fn new() -> Self {
        let sink = Arc::new(MemorySink::new());
        let runtime = Runtime::builder()
            .policy(
                Policy::from_strings(
                    "language: audit/2\nactions: {}\n",
                    "language: audit/2\ndefault: allow\nrules: []\n",
                    None,
                )
                .unwrap(),
            )
            .build()
            .unwrap();
        runtime.register_sink(Arc::clone(&sink)).unwrap();
        Self { sink, runtime }
    }

    /// A scope that it sees.
    pub(crate) fn scope(&self) -> Scope {
        Scope::new().runtime(self.runtime.clone())
    }

    /// What was recorded under this name.
    pub(crate) fn events(&self, name: &str) -> Vec<Arc<Event<'static>>> {
        self.sink.query().name(name).events()
    }
}

/// A text in an event's data.
pub(crate) fn told<'e>(event: &'e Event<'static>, field: &str) -> Option<&'e str> {
    let Some(Value::Map(fields)) = &event.data else {
        return None;
    };
    match fields.get(field) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
