//! Row-level security: PostgreSQL itself keeps tenants apart, whatever SQL it gets.
//!
//! ```no_run
//! use audit_core::{InScope, tenant};
//! use audit_tenant::postgres::{Error, Key, RowSecurity, Severity, Table};
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
//! for finding in security.check(&client).await? {
//!     match finding.severity() {
//!         Severity::Fault => return Err(finding.to_string().into()),
//!         Severity::Warning => eprintln!("{finding}"),
//!     }
//! }
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
//! - A [`TenantTransaction`] does not begin without a tenant. What is sent outside one, with nothing bound, writes nothing, and is an
//!   error as soon as its plan reaches a row or asks an index for the tenant. Where the plan reaches none, as in an empty table, by
//!   another index that has no such value, or in a join with nothing, the answer is empty and there is no error.
//! - A statement of a [`TenantTransaction`] that is awaited in the scope of another tenant is refused before it is sent, and so is a
//!   transaction that names another tenant than the scope.
//! - What is bound ends with the transaction, however it ends. A connection that goes back to a pool in the middle of one is freed from
//!   it by the next [`Begin::start`], and from what else it says that it ends.
//! - What is refused is a [`Violation`](audit_core::tenant::Violation), told on both paths, of the place that began the transaction. A statement that looks for another tenant's
//!   rows, or would change them, is not refused: to it they are not there. PostgreSQL does not know that it tried.
//!
//! # A binding that can't be made up
//!
//! A transaction is bound by a setting, `audit_tenant.binding`, and any SQL may set it. So it is signed: HMAC-SHA-256 over tenant,
//! actor, reach, backend and the time the transaction began, in microseconds. The key is with the service and in a table that only its
//! owner reads; a function with its rights checks the signature, and the policies ask that function, a few times for each table of a
//! statement and not once a row. SQL that got in through a hole can drop the binding, and then gets errors or nothing, or set it again,
//! which changes nothing. One of another transaction is refused. Two transactions of one backend are in the same place for it only if
//! they begin in one message of the client, as after `COMMIT AND CHAIN`, or if the server's clock goes back to the microsecond. The
//! message in which [`Begin::start`] begins one has no text of anybody else's.
//!
//! Whoever holds the key, or is the service, binds what it likes: this keeps tenants apart for a service that is honest and has mistakes.
//!
//! # What goes past it
//!
//! [`RowSecurity::check`] finds what can be found: roles that no policy holds for or that may become such, views and functions of such,
//! materialised views, partitions that can be reached alone, tables that nobody protects, foreign keys and indexes without the tenant,
//! and what was changed of the policies and of what checks bindings. What no policy sees, whether it is found or not:
//!
//! - PostgreSQL asks conditions of leakproof operators, such as `=` and `<` of numbers and texts, before policies, where an index serves
//!   them. SQL that got in and drops its binding so learns, by whether there is an error, that a value is in an index that does not begin
//!   with the tenant, whosever it is. While a tenant is bound `EXPLAIN ANALYZE` tells the like, as it counts the rows that policies
//!   removed. Let the indexes of protected tables begin with the tenant, unique ones too; `check` warns of those that don't,
//!   but for keys of `uuid`s, which nobody guesses.
//! - Keys and unique constraints hold for all rows, so an error tells that a value is there: let them begin with the tenant.
//! - Foreign keys are checked past policies, and `CASCADE`, `SET NULL` and `SET DEFAULT` act past them; one that includes the tenant on
//!   both sides refers to the same tenant's rows alone.
//! - `COPY … FROM` a client is refused by PostgreSQL for protected tables: copy into a temporary table and `INSERT … SELECT`.
//! - Sequences, `NOTIFY`, advisory locks, large objects and the estimates of `EXPLAIN` know no tenants.
//! - Sessions of one role see the texts of one another's statements in `pg_stat_activity`, values in them included, and can cancel and
//!   end one another (`pg_cancel_backend`, `pg_terminate_backend`). Pass values as parameters, as [`Begin::start`] does with what it
//!   binds; [`Binder::bind`] has it in its text.
//! - A binding that SQL made up in the name of a key that is not there is an [`Error::UnknownKey`] and not told of, as it can't be told
//!   from one that was signed with a key that ended.
//! - A session's settings and prepared statements outlive transactions. SQL that got in through a hole can't take the binding along, but
//!   it can leave a search path or a statement that acts when the next tenant is bound. Where it is to be feared, let the pool close
//!   such connections, or run `DISCARD ALL` on them and prepare anew.
//! - Backups, replication and whoever reads the server's files see all.
//!
//! # All tenants, on purpose
//!
//! A transaction with a [`Bypass`](audit_core::tenant::Bypass) sees all tenants. Its use is recorded before it begins; one that nobody
//! records does not. The application's roles stay confined, so that an index on the tenant serves them; it becomes the role of
//! [`RowSecurity::bypass`] for that transaction. Let that be done on a login and a pool of their own:
//!
//! ```sql
//! CREATE ROLE billing_jobs NOLOGIN;
//! GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO billing_jobs;
//! CREATE ROLE billing_worker LOGIN IN ROLE billing_jobs;
//! ```
//!
//! The service's own login may be a member as well (`GRANT billing_jobs TO billing_app`), and one pool then serves both. But SQL that got
//! in can become that role too. Without a bypass it is shown no other tenant's rows, but the role's policies have no condition that an
//! index on the tenant serves: more conditions are asked before them, and tell of values as said above.
//!
//! Without such a role a bypass is for connections of roles that are not the application's, as the owner's in a migration that changes
//! data. A client of another kind makes its binding with [`Binding::bypass`], which records it first.
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
//! | `TN002` | what is bound is signed with a key that is not in force, or with none |
//! | `TN003` | what is bound was made up, or is of another transaction |
//! | `TN004` | all tenants are bound, where one is expected |
//! | `TN005` | a row is written that is of another tenant |
//! | `TN006` | the tenant that is bound can't be one of this column's type |
//!
//! It is tested on PostgreSQL 15, is written for 12 and later, and needs no extensions. A pooler between service and server has to keep a transaction on one connection.

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
