//! What this program does. Shadow, enforced or off: it is compiled once, and does not know.

use audit_core::{Refused, admit, audit};

#[admit]
pub(crate) fn deploy(service: &str, stage: &str) -> Result<String, Error> {
    Ok(format!("{service} runs in {stage}"))
}

#[admit]
pub(crate) fn scale(service: &str, replicas: u32) -> Result<String, Error> {
    Ok(format!("{service} has {replicas} replicas"))
}

#[admit]
pub(crate) fn delete_rows(table: &str, rows: u64) -> Result<String, Error> {
    Ok(format!("{rows} rows of {table} are gone"))
}

#[audit]
pub(crate) fn read_secret(name: &str) -> String {
    format!("the secret called {name}")
}

/// Why something was not done.
#[derive(Debug)]
pub(crate) struct Error(pub(crate) String);

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self(refused.to_string())
    }
}
