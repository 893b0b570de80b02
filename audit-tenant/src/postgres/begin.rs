//! [`Begin`]: the beginning of a tenant's transaction.

use std::sync::atomic::{AtomicU64, Ordering};

use audit_core::tenant::{Bypass, Operation, Violation, ViolationKind};
use audit_core::{Fields, Scope, TenantId};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, IsolationLevel, SimpleQueryMessage};

use super::binder::Binder;
use super::binding::Binding;
use super::error::Error;
use super::name::Name;
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
    read_only: bool,
    deferrable: bool,
}

impl Binder {
    /// A transaction on this connection.
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
    pub fn transaction<'a>(&'a self, client: &'a mut Client) -> Begin<'a> {
        Begin {
            binder: self,
            client,
            tenant: None,
            actor: None,
            bypass: None,
            isolation: None,
            read_only: false,
            deferrable: false,
        }
    }
}

impl<'a> Begin<'a> {
    /// For this tenant, whatever the scope says.
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

    /// Whether it only reads.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Whether it waits, where it is serializable and only reads, until it can't fail for the work of others.
    pub fn deferrable(mut self, deferrable: bool) -> Self {
        self.deferrable = deferrable;
        self
    }

    /// Begins it and binds it: two round trips, one more than `BEGIN` takes.
    ///
    /// What an earlier transaction has left on the connection is ended first: a transaction that is open, cursors that are held,
    /// temporary tables.
    ///
    /// # Errors
    /// No tenant is bound; a bypass is not recorded; the database refuses, or can't be reached. Nothing has begun then.
    pub async fn start(self) -> Result<TenantTransaction<'a>, Error> {
        let binding = self.binding()?;
        let beginning = self.beginning();
        let binder = self.binder;
        let transaction = TenantTransaction::begun(self.client, binding);
        let mut place = here(transaction.client, &beginning).await?;
        if place.is_none() {
            let ended = transaction.client.batch_execute("ROLLBACK").await;
            ended.map_err(Error::Database)?;
            place = here(transaction.client, &beginning).await?;
        }
        let place = place.ok_or(Error::InTransaction)?;
        transaction
            .batch_execute(&binder.bind(transaction.binding(), &place))
            .await?;
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
                .with("read_only", self.read_only);
            bypass
                .used(None, "transaction", context)
                .map_err(Error::Bypass)?;
            return Ok(Binding::bypass().actor(actor));
        }
        match self.tenant.clone().or_else(|| scope.tenant_id()) {
            Some(tenant) => Ok(Binding::of(tenant).actor(actor)),
            None => Err(missing(self.read_only)),
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
        if self.read_only {
            modes.push("READ ONLY");
        }
        if self.deferrable {
            modes.push("DEFERRABLE");
        }
        // A transaction that was open before began before this message came.
        format!(
            "BEGIN {}; CLOSE ALL; DISCARD TEMP; {}, \
             pg_catalog.now() OPERATOR(pg_catalog.=) pg_catalog.statement_timestamp()",
            modes.join(", "),
            self.binder.here(),
        )
    }
}

/// Nobody is bound, so nothing may begin.
fn missing(read_only: bool) -> Error {
    let operation = if read_only {
        Operation::Read
    } else {
        Operation::Write
    };
    let violation = Violation::new(ViolationKind::Missing, operation, WHOLE);
    violation.tell(true);
    Error::Violation {
        violation: Box::new(violation),
        source: None,
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
    // An answer that has another number, or none, was meant for somebody else.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
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
    match (column(0), column(1), column(2)) {
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
