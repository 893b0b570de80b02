//! [`Begin`]: the beginning of a tenant's transaction.

use std::hash::{BuildHasher, RandomState};
use std::panic::Location;

use audit_core::tenant::{Bypass, Operation, Violation, ViolationKind};
use audit_core::{Fields, Scope, TenantId};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, SimpleQueryMessage};

use super::binder::Binder;
use super::binding::Binding;
use super::error::Error;
use super::name::Name;
use super::origin::{Origin, told_of};
use super::refusal::WHOLE;
use super::transaction::TenantTransaction;

/// A transaction that is about to begin, for the tenant and by the actor of the [scope](Scope) in force unless it is told otherwise.
#[derive(Debug)]
#[must_use = "a transaction begins with `start`"]
pub struct Begin<'a> {
    binder: &'a Binder,
    client: &'a mut Client,
    tenant: Option<TenantId>,
    actor: Option<String>,
    bypass: Option<&'a Bypass>,
    isolation: Option<IsolationLevel>,
    read_only: Option<bool>,
    deferrable: Option<bool>,
    site: &'static Location<'static>,
}

impl Binder {
    /// A transaction on this connection. What is refused in it is told of as at the place in the program that calls this.
    ///
    /// ```no_run
    /// # use audit_tenant::postgres::{Binder, Error};
    /// # async fn f(binder: Binder, mut client: tokio_postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use audit_core::{InScope, tenant};
    ///
    /// let paid = async {
    ///     let transaction = binder.transaction(&mut client).start().await?;
    ///     // No word of a tenant, and yet none but those of `acme`.
    ///     let paid = transaction.execute("UPDATE invoice SET paid = true", &[]).await?;
    ///     transaction.commit().await?;
    ///     Ok::<u64, Error>(paid)
    /// };
    /// let paid = paid.in_scope(tenant::scope("acme")?).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn transaction<'a>(&'a self, client: &'a mut Client) -> Begin<'a> {
        Begin {
            binder: self,
            client,
            tenant: None,
            actor: None,
            bypass: None,
            isolation: None,
            read_only: None,
            deferrable: None,
            site: Location::caller(),
        }
    }
}

impl<'a> Begin<'a> {
    /// For this tenant, where no scope says one. Where one is in force it has to be the same.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// By this actor, whatever the scope says.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// For all tenants, whichever is named or bound, for the reason of this bypass; its use is recorded before anything begins.
    pub fn bypass(mut self, bypass: &'a Bypass) -> Self {
        self.bypass = Some(bypass);
        self
    }

    /// With this isolation from others; that of the session if nothing is said.
    pub fn isolation_level(mut self, level: IsolationLevel) -> Self {
        self.isolation = Some(level);
        self
    }

    /// Whether it only reads; as the session does if nothing is said.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = Some(read_only);
        self
    }

    /// Whether it waits, where it is serializable and only reads, until it can't fail for the work of others.
    pub fn deferrable(mut self, deferrable: bool) -> Self {
        self.deferrable = Some(deferrable);
        self
    }

    /// Begins it and binds it: two round trips, one more than `BEGIN` takes.
    ///
    /// What was left on the connection is ended first: a transaction that is open, cursors that are held, temporary tables, a role that
    /// was set (`SET ROLE`), advisory locks of the session, and, once this one commits, channels that are listened to. So none of them
    /// is to be kept on purpose on a connection that tenants share. Settings of the session stay, as pools set some on purpose that
    /// `RESET ALL` would take away, such as timeouts.
    ///
    /// # Errors
    /// No tenant is bound, or another one than was named; a bypass is not recorded; the database refuses, or can't be reached. Nothing has begun then.
    pub async fn start(self) -> Result<TenantTransaction<'a>, Error> {
        let binding = self.binding()?;
        let beginning = self.beginning();
        let binder = self.binder;
        let origin = Origin::new(binding, binder, self.operation(), self.site);
        let transaction = TenantTransaction::begun(self.client, origin);
        let mut place = here(transaction.client, &beginning).await?;
        if place.is_none() {
            let ended = transaction.client.batch_execute("ROLLBACK").await;
            ended.map_err(Error::Database)?;
            place = here(transaction.client, &beginning).await?;
        }
        let place = place.ok_or(Error::InTransaction)?;
        let (statement, signed) = binder.bind_apart(transaction.binding(), &place);
        let bound = transaction
            .client
            .query_typed(&statement, &[(&signed, Type::TEXT)])
            .await;
        bound.map_err(|error| transaction.told(error))?;
        Ok(transaction)
    }

    /// For whom it will be. What may not be is told of here.
    fn binding(&self) -> Result<Binding, Error> {
        let scope = Scope::current();
        let actor = self
            .actor
            .clone()
            .or_else(|| scope.actor_id())
            .unwrap_or_default();
        if let Some(bypass) = self.bypass {
            let context = Fields::new()
                .with(
                    "role",
                    self.binder
                        .bypass_role()
                        .map(|role| Name::as_str(role).to_owned()),
                )
                .with("read_only", self.read_only.unwrap_or_default());
            let binding = Binding::bypass(bypass, context).map_err(Error::Bypass)?;
            return Ok(binding.actor(actor));
        }
        let operation = self.operation();
        let violation = match (self.tenant.clone(), scope.tenant_id()) {
            (Some(named), Some(in_force)) if named != in_force => {
                Violation::new(ViolationKind::Mismatch, operation, WHOLE).attempted(&named)
            }
            (Some(tenant), _) | (None, Some(tenant)) => {
                return Ok(Binding::of(tenant).actor(actor));
            }
            (None, None) => Violation::new(ViolationKind::Missing, operation, WHOLE),
        };
        Err(told_of(violation.at(self.site)))
    }

    /// What it is about, as far as is known before it begins.
    fn operation(&self) -> Operation {
        match self.read_only {
            Some(true) => Operation::Read,
            _ => Operation::Write,
        }
    }

    /// The statements of the first round trip. Those that clean up come after `BEGIN`, as they take a snapshot, after which the
    /// isolation can't be chosen any more.
    fn beginning(&self) -> String {
        let mut modes = Vec::new();
        match self.isolation {
            Some(IsolationLevel::ReadUncommitted) => modes.push("ISOLATION LEVEL READ UNCOMMITTED"),
            Some(IsolationLevel::ReadCommitted) => modes.push("ISOLATION LEVEL READ COMMITTED"),
            Some(IsolationLevel::RepeatableRead) => modes.push("ISOLATION LEVEL REPEATABLE READ"),
            Some(_) => modes.push("ISOLATION LEVEL SERIALIZABLE"),
            None => {}
        }
        if let Some(read_only) = self.read_only {
            modes.push(if read_only { "READ ONLY" } else { "READ WRITE" });
        }
        if let Some(deferrable) = self.deferrable {
            modes.push(if deferrable {
                "DEFERRABLE"
            } else {
                "NOT DEFERRABLE"
            });
        }
        // A transaction that was open before began before this message came.
        format!(
            "BEGIN {}; CLOSE ALL; RESET ROLE; UNLISTEN *; DISCARD TEMP; {}, \
             pg_catalog.now() OPERATOR(pg_catalog.=) pg_catalog.statement_timestamp(), pg_catalog.pg_advisory_unlock_all()",
            modes.join(", "),
            self.binder.here(),
        )
    }
}

/// Whether this is said of a transaction that was open before: it failed, or is too old for another isolation.
fn was_open(code: &SqlState) -> bool {
    [
        SqlState::IN_FAILED_SQL_TRANSACTION,
        SqlState::ACTIVE_SQL_TRANSACTION,
    ]
    .contains(code)
}

/// Begins a transaction and asks where it is; nothing where another one was open.
async fn here(client: &Client, beginning: &str) -> Result<Option<String>, Error> {
    // An answer that has another number, or none, was meant for somebody else. SQL that got in can't tell it before: the state is of
    // random keys.
    let number = RandomState::new().hash_one(beginning).to_string();
    let messages = match client
        .simple_query(&format!("{beginning}, '{number}'"))
        .await
    {
        Ok(messages) => messages,
        Err(error) if error.code().is_some_and(was_open) => return Ok(None),
        Err(error) => return Err(Error::Database(error)),
    };
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let column = |at: usize| row.and_then(|row| row.try_get(at).ok().flatten());
    match (column(0), column(1), column(3)) {
        (Some(here), fresh, Some(answered)) if answered == number => {
            Ok((fresh == Some("t")).then(|| here.to_owned()))
        }
        _ => {
            let close = "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())";
            // It ends in an error, as the connection does.
            let _closed = client.batch_execute(close).await;
            Err(Error::OutOfStep)
        }
    }
}
