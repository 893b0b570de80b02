//! Row-level security: PostgreSQL itself keeps tenants apart, whatever SQL it gets.
//!
//! ```no_run
//! use audit_core::{InScope, tenant};
//! use audit_tenant::postgres::{Error, Key, RowSecurity, Table};
//!
//! # async fn f(owner: tokio_postgres::Client, mut client: tokio_postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let security = RowSecurity::new("billing_app")?
//!     .table(Table::new("public", "invoice")?.filled_in())
//!     .table(Table::new("public", "payment")?);
//! // Once, as the tables' owner: the migration, and a key of `openssl rand -hex 32`.
//! owner.batch_execute(&security.set_up()).await?;
//! let key = Key::from_hex(&std::env::var("TENANT_KEY")?)?;
//! security.bring_in(&owner, &key).await?;
//!
//! // In the service, which connects as `billing_app`: at its start,
//! let findings = security.check(&client).await?;
//! assert!(findings.is_empty(), "{findings:?}");
//! // and for each unit of work.
//! let binder = security.binder(key);
//! let work = async {
//!     let transaction = binder.transaction(&mut client).start().await?;
//!     let paid = transaction.execute("UPDATE invoice SET paid = true", &[]).await?;
//!     transaction.commit().await?;
//!     Ok::<u64, Error>(paid)
//! };
//! // Every invoice of `acme` is paid, and nobody else's.
//! let paid = work.in_scope(tenant::scope("acme")?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! - Of a protected table a statement sees, changes and deletes the rows of the tenant that is bound to its transaction; a row that it
//!   writes for another one is refused. That is so for joins, sub-selects, cursors, prepared statements and functions, for the tables'
//!   owner and for every role that gets a privilege on them later. Superusers and roles with `BYPASSRLS` are above it.
//! - Where nothing is bound a statement is an error and not an empty answer. Of a table without any rows PostgreSQL may not ask: what
//!   reads it then may get nothing without an error.
//! - What is bound ends with the transaction, however it ends. A connection that goes back to a pool in the middle of one is freed from
//!   it by the next [`Begin::start`], and from cursors that are held and temporary tables.
//! - What is refused is a [`Violation`](audit_core::tenant::Violation), told on both paths. A statement that looks for another tenant's
//!   rows, or would change them, is not refused: to it they are not there. PostgreSQL does not know that it tried.
//!
//! # A binding that can't be made up
//!
//! A transaction is bound by a setting, `audit_tenant.binding`, and any SQL may set it. So it is signed: HMAC-SHA-256 over tenant,
//! actor, reach, backend and the time the transaction began, in microseconds. The key is with the service and in a table that only its
//! owner reads; a function with its rights checks the signature, and the policies ask that function, once a statement. SQL that got in
//! through a hole can drop the binding, and then sees nothing, or set it again, which changes nothing. One of another transaction is
//! refused: for two of one backend to begin in the same microsecond, the server's clock has to go back.
//!
//! Whoever holds the key, or is the service, binds what it likes: this keeps tenants apart for a service that is honest and has mistakes.
//!
//! # What goes past it
//!
//! [`RowSecurity::check`] finds what can be found: roles that no policy holds for, views and functions of such, materialised views,
//! partitions that can be reached alone, tables that nobody protects. What no policy sees and nobody finds:
//!
//! - Keys and unique constraints hold for all rows, so an error tells that a value is there: let them begin with the tenant.
//! - Foreign keys are checked past policies; one that includes the tenant refers to the same tenant's rows alone.
//! - `COPY … FROM` a client is refused by PostgreSQL for protected tables: copy into a temporary table and `INSERT … SELECT`.
//! - Sequences, `NOTIFY`, advisory locks and the estimates of `EXPLAIN` know no tenants.
//! - A session's settings and prepared statements outlive transactions. SQL that got in through a hole can't take the binding along, but
//!   it can leave a search path or a statement that acts when the next tenant is bound. Where it is to be feared, let the pool close
//!   such connections, or run `DISCARD ALL` on them and prepare anew.
//! - Backups, replication and whoever reads the server's files see all.
//!
//! # All tenants, on purpose
//!
//! A transaction with a [`Bypass`](audit_core::tenant::Bypass) sees all tenants. Its use is recorded before it begins; one that nobody
//! records does not. The application's roles stay confined, so that an index on the tenant serves them; it becomes the role of
//! [`RowSecurity::bypass`] for that transaction:
//!
//! ```sql
//! CREATE ROLE billing_jobs NOLOGIN;
//! GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO billing_jobs;
//! GRANT billing_jobs TO billing_app;
//! ```
//!
//! Without such a role it is for connections of other roles, as the owner's in a migration that changes data.
//!
//! # Other clients
//!
//! All but [`Binder::transaction`], `check` and keys is SQL as text: [`RowSecurity::set_up`], [`Binder::here`] and [`Binder::bind`],
//! [`RowSecurity::check_statement`].
//!
//! # In SQL
//!
//! | function | answers |
//! | --- | --- |
//! | `audit_tenant.current_tenant()` | the tenant that is bound; an error where none or all are |
//! | `audit_tenant.current_actor()` | who acts, or NULL |
//! | `audit_tenant.is_bypass()` | whether all are bound |
//!
//! | state | says |
//! | --- | --- |
//! | `TN001` | nothing is bound |
//! | `TN002` | what is bound is signed with a key that is not in force |
//! | `TN003` | what is bound was made up, or is of another transaction |
//! | `TN004` | all tenants are bound, where one is expected |
//! | `TN005` | a row is written that is of another tenant |
//! | `TN006` | the tenant that is bound can't be one of this column's type |
//!
//! It needs PostgreSQL 12, and no extensions. A pooler between service and server has to keep a transaction on one connection.

mod begin;
mod binder;
mod binding;
mod check;
mod error;
mod house;
mod key;
mod name;
mod origin;
mod policy;
mod refusal;
mod rotation;
mod security;
mod statements;
mod table;
mod transaction;

pub use begin::Begin;
pub use binder::Binder;
pub use binding::Binding;
pub use check::{Finding, FindingKind, Severity};
pub use error::Error;
pub use key::{InvalidKey, Key};
pub use name::{InvalidName, Name};
pub use refusal::refusal;
pub use security::RowSecurity;
pub use table::{Table, TenantType};
pub use transaction::TenantTransaction;
