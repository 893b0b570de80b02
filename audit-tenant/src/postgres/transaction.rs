//! [`TenantTransaction`]: a transaction in which the database answers for one tenant.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use audit_core::tenant::Violation;
use tokio_postgres::Client;

use super::binding::Binding;
use super::error::Error;
use super::origin::Origin;

/// A transaction in which the database answers for one tenant, or for all of them on purpose. It is rolled back where it is dropped,
/// and what is bound ends with it, however it ends.
///
/// Whatever SQL runs in it meets the same boundary. Where another tenant than its own is in force, as in a scope that is entered in
/// between, a statement is refused before it is sent; one outside any scope is not. What the database refuses is an [`Error::Violation`], of which both paths have been
/// told by the time it is returned.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct TenantTransaction<'a> {
    pub(super) client: &'a mut Client,
    origin: Origin,
    /// How many savepoints deep it is; 0 is the transaction itself.
    depth: u32,
    open: bool,
}

impl<'a> TenantTransaction<'a> {
    /// One that is begun on this connection, and rolled back unless it comes to its end.
    pub(super) fn begun(client: &'a mut Client, origin: Origin) -> Self {
        Self {
            client,
            origin,
            depth: 0,
            open: true,
        }
    }

    /// For whom it is.
    pub fn binding(&self) -> &Binding {
        self.origin.binding()
    }

    /// The connection, for what this type has no method for, such as `COPY`: all that is sent on it is in the transaction. What the
    /// database refuses there is not told of; [`refusal`](Self::refusal) makes a violation of its errors.
    pub fn client(&self) -> &Client {
        self.client
    }

    /// The violation that an error is which came on its [connection](Self::client), if it is one; not told of yet.
    pub fn refusal(&self, error: &tokio_postgres::Error) -> Option<Violation> {
        self.origin.refusal(error)
    }

    /// A part that can be rolled back on its own: a savepoint.
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn transaction(&mut self) -> Result<TenantTransaction<'_>, Error> {
        let depth = self.depth + 1;
        // Where this future is dropped, the savepoint is on its way, and so is then its end.
        let part = TenantTransaction {
            client: &mut *self.client,
            origin: self.origin.clone(),
            depth,
            open: true,
        };
        part.send(&format!("SAVEPOINT tenant_{depth}")).await?;
        Ok(part)
    }

    /// Ends it and keeps what was done.
    ///
    /// # Errors
    /// A statement in it failed that no part of its own contains; the database refuses, or can't be reached. Nothing is kept then, and
    /// what it is a part of goes on without it.
    pub async fn commit(mut self) -> Result<(), Error> {
        let statement = match self.depth {
            // After a statement that failed `COMMIT` alone rolls back, and says nothing of it.
            0 => "SELECT 1; COMMIT".to_owned(),
            depth => format!("RELEASE SAVEPOINT tenant_{depth}"),
        };
        // Cancelled while nobody knows what became of it, one more end does no harm to a transaction; a part that is released already
        // can't be undone, and to try would end what it is a part of.
        self.open = self.depth == 0;
        let kept = self.send(&statement).await;
        self.open = kept.is_err();
        kept
    }

    /// Ends it and keeps nothing of what was done.
    ///
    /// # Errors
    /// The database can't be reached; nothing is kept then, either.
    pub async fn rollback(mut self) -> Result<(), Error> {
        self.open = false;
        let statement = self.undoing();
        self.send(&statement).await
    }

    fn undoing(&self) -> String {
        match self.depth {
            0 => "ROLLBACK".to_owned(),
            depth => {
                format!("ROLLBACK TO SAVEPOINT tenant_{depth}; RELEASE SAVEPOINT tenant_{depth}")
            }
        }
    }

    /// Sends what begins, binds or ends it, whatever scope is in force.
    async fn send(&self, sql: &str) -> Result<(), Error> {
        let answer = self.client.batch_execute(sql).await;
        answer.map_err(|error| self.told(error))
    }

    /// Where its statements come from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The error of a statement in it, told of if it is a violation.
    pub(super) fn told(&self, error: tokio_postgres::Error) -> Error {
        self.origin.told(error)
    }
}

impl Drop for TenantTransaction<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let statement = self.undoing();
        let mut ending = pin!(self.client.batch_execute(&statement));
        // Polled once it is on its way, in order with what follows on the connection; nobody waits for the answer.
        let _sent = ending
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl fmt::Debug for TenantTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantTransaction")
            .field("binding", self.origin.binding())
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}
