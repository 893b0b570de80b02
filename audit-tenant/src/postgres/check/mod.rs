//! `check`: whether a live database is as it was set up, and what goes past it.

mod finding;
mod statement;

use tokio_postgres::{Client, SimpleQueryMessage};

use super::security::RowSecurity;

pub use finding::{Finding, FindingKind, Severity};

impl RowSecurity {
    /// Looks whether the database keeps tenants apart: what is set up, and what goes past it. It only reads catalogs, in one statement,
    /// so any role may do it; the service itself at its start is a good one. Nothing was found where the answer is empty.
    ///
    /// ```no_run
    /// # use audit_tenant::postgres::{RowSecurity, Severity};
    /// # async fn f(security: RowSecurity, client: tokio_postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let findings = security.check(&client).await?;
    /// if let Some(fault) = findings.iter().find(|finding| finding.severity() == Severity::Fault) {
    ///     return Err(fault.to_string().into());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn check(&self, client: &Client) -> Result<Vec<Finding>, tokio_postgres::Error> {
        let messages = client.simple_query(&self.check_statement()).await?;
        let mut findings = Vec::new();
        for message in &messages {
            if let SimpleQueryMessage::Row(row) = message
                && let Some(kind) = row.try_get(0)?.and_then(FindingKind::of)
            {
                findings.push(Finding::new(
                    kind,
                    row.try_get(1)?.unwrap_or_default(),
                    row.try_get(2)?.unwrap_or_default(),
                ));
            }
        }
        Ok(findings)
    }

    /// The statement behind [`check`](Self::check), for other clients and for `psql`: a row for each finding, with its kind, what it is
    /// about, and what else there is to say.
    pub fn check_statement(&self) -> String {
        statement::of(self)
    }
}
