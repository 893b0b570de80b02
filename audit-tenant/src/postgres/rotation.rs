//! Keys come in and go.

use std::pin::pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use super::house::KEYS;
use super::key::Key;
use super::security::RowSecurity;

impl RowSecurity {
    /// Brings a key in, on a connection of the owner's: from now on what it signs counts, beside what the keys sign that are there
    /// already. It goes as data of a `COPY`, which no server writes to its log, as it does with statements, and with parameters where
    /// it is told to.
    ///
    /// To change the key of a service that runs: bring the new one in, give it to all of the service's processes, then
    /// [end](Self::end_key) the old one.
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn bring_in(&self, owner: &Client, key: &Key) -> Result<(), Error> {
        let keys = format!("{}.{KEYS}", self.house());
        let is_there = format!("SELECT FROM {keys} WHERE name = $1");
        let is_there = async || owner.query_opt(&is_there, &[&key.name()]).await;
        if is_there().await?.is_some() {
            return Ok(());
        }
        let copy =
            format!("COPY {keys} (name, inner_block, outer_block) FROM STDIN (FORMAT binary)");
        let types = [Type::TEXT, Type::BYTEA, Type::BYTEA];
        let mut rows = pin!(BinaryCopyInWriter::new(owner.copy_in(&copy).await?, &types));
        let [inner, outer] = key.blocks();
        rows.as_mut()
            .write(&[&key.name(), &inner.as_slice(), &outer.as_slice()])
            .await?;
        match rows.finish().await {
            // Somebody else brought it in meanwhile, unless this is part of a transaction that is over now.
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                is_there().await.map(drop)
            }
            answer => answer.map(drop),
        }
    }

    /// Ends a key, on a connection of the owner's: what it signs counts no more, for statements that begin from now on; a transaction
    /// that is open and sees the state at its beginning (`REPEATABLE READ`, `SERIALIZABLE`) goes on with it.
    ///
    /// # Errors
    /// There is no such key; the database refuses, or can't be reached.
    pub async fn end_key(&self, owner: &Client, key: &Key) -> Result<(), Error> {
        owner
            .execute(&self.remove_key(), &[&key.name()])
            .await
            .map(drop)
    }
}
