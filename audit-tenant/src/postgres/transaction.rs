//! [`TenantTransaction`]: a transaction in which the database answers for one tenant.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use tokio_postgres::Client;

use super::binding::Binding;
use super::error::Error;
use super::refusal::told;

/// A transaction in which the database answers for one tenant, or for all of them on purpose. It is rolled back where it is dropped,
/// and what is bound ends with it, however it ends.
///
/// Whatever SQL runs in it meets the same boundary. What the database refuses is an [`Error::Violation`], of which both paths have been
/// told by the time it is returned.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct TenantTransaction<'a> {
    pub(super) client: &'a mut Client,
    binding: Binding,
    /// How many savepoints deep it is; 0 is the transaction itself.
    depth: u32,
    open: bool,
}

impl<'a> TenantTransaction<'a> {
    /// One that is begun on this connection, and rolled back unless it comes to its end.
    pub(super) fn begun(client: &'a mut Client, binding: Binding) -> Self {
        Self {
            client,
            binding,
            depth: 0,
            open: true,
        }
    }

    /// For whom it is.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The connection, for what this type has no method for, such as `COPY`: all that is sent on it is in the transaction. What the
    /// database refuses there is not told of; [`refusal`](super::refusal) makes a violation of its errors.
    pub fn client(&self) -> &Client {
        self.client
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
            binding: self.binding.clone(),
            depth,
            open: true,
        };
        part.batch_execute(&format!("SAVEPOINT tenant_{depth}"))
            .await?;
        Ok(part)
    }

    /// Ends it and keeps what was done; nothing, if a statement in it failed that no part of its own contains, as PostgreSQL then takes
    /// this for the end without an error.
    ///
    /// # Errors
    /// The database refuses, or can't be reached; nothing is kept then.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.open = false;
        let statement = match self.depth {
            0 => "COMMIT".to_owned(),
            depth => format!("RELEASE SAVEPOINT tenant_{depth}"),
        };
        self.batch_execute(&statement).await
    }

    /// Ends it and keeps nothing of what was done.
    ///
    /// # Errors
    /// The database can't be reached; nothing is kept then, either.
    pub async fn rollback(mut self) -> Result<(), Error> {
        self.open = false;
        let statement = self.undoing();
        self.batch_execute(&statement).await
    }

    fn undoing(&self) -> String {
        match self.depth {
            0 => "ROLLBACK".to_owned(),
            depth => {
                format!("ROLLBACK TO SAVEPOINT tenant_{depth}; RELEASE SAVEPOINT tenant_{depth}")
            }
        }
    }

    /// The error of a statement in it, told of if it is a violation.
    pub(super) fn told(&self, error: tokio_postgres::Error) -> Error {
        told(error, &self.binding)
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
            .field("binding", &self.binding)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}
