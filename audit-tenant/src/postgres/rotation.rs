//! Keys come in and go.

use tokio_postgres::Client;

use super::key::Key;
use super::security::RowSecurity;

impl RowSecurity {
    /// Brings a key in, on a connection of the owner's: from now on what it signs counts, beside what the keys sign that are there
    /// already. It goes as a parameter, not in the statement's text, which servers log.
    ///
    /// To change the key of a service that runs: bring the new one in, give it to all of the service's processes, then
    /// [end](Self::end_key) the old one.
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn bring_in(&self, owner: &Client, key: &Key) -> Result<(), tokio_postgres::Error> {
        owner
            .execute(&self.add_key(), &[&key.bytes()])
            .await
            .map(drop)
    }

    /// Ends a key, on a connection of the owner's: what it signs counts no more, for statements that begin from now on; a transaction
    /// that is open and sees the state at its beginning (`REPEATABLE READ`, `SERIALIZABLE`) goes on with it.
    ///
    /// # Errors
    /// There is no such key; the database refuses, or can't be reached.
    pub async fn end_key(&self, owner: &Client, key: &Key) -> Result<(), tokio_postgres::Error> {
        owner
            .execute(&self.remove_key(), &[&key.name()])
            .await
            .map(drop)
    }
}
