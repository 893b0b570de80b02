//! Accounts: their balances, and transfers between them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use audit_core::bus::{self, PublishError};
use audit_core::component;
use serde::{Deserialize, Serialize};

/// Holds balances.
pub(crate) struct Accounts {
    balances: Mutex<BTreeMap<String, f64>>,
}

/// Money went from one account to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: f64,
}

impl Accounts {
    pub(crate) fn new<const N: usize>(balances: [(&str, f64); N]) -> Self {
        let balances = balances.map(|(name, balance)| (name.to_owned(), balance));
        Self {
            balances: Mutex::new(balances.into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, f64>> {
        self.balances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book(&self, transfer: &Transfer) -> Result<(), TransferError> {
        let unknown = |name: &str| TransferError::Unknown(name.to_owned());
        let Transfer { from, to, amount } = transfer;
        let mut balances = self.lock();
        let has = *balances.get(from).ok_or_else(|| unknown(from))?;
        balances.get(to).ok_or_else(|| unknown(to))?;
        if has < *amount {
            let from = from.clone();
            return Err(TransferError::TooLittle { from, has });
        }
        *balances.entry(from.clone()).or_default() -= amount;
        *balances.entry(to.clone()).or_default() += amount;
        Ok(())
    }
}

#[component(
    "accounts",
    version = "1.0",
    description = "accounts and their balances"
)]
impl Accounts {
    /// Moves money, and says so.
    #[runnable("transfer", description = "moves money from one account to another")]
    async fn transfer(&self, from: String, to: String, amount: f64) -> Result<(), TransferError> {
        let transfer = Transfer { from, to, amount };
        self.book(&transfer)?;
        bus::publish("account.transfer", transfer).await?;
        Ok(())
    }

    #[runnable("balances", description = "what is in each account")]
    fn balances(&self) -> BTreeMap<String, f64> {
        self.lock().clone()
    }
}

/// A transfer that was not made, or of which nobody could be told.
#[derive(Debug)]
pub(crate) enum TransferError {
    Unknown(String),
    TooLittle { from: String, has: f64 },
    Untold(PublishError),
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no account `{name}`"),
            Self::TooLittle { from, has } => write!(f, "{from} has no more than ${has:.2}"),
            Self::Untold(_) => f.write_str("the transfer was made, and nobody could be told"),
        }
    }
}

impl std::error::Error for TransferError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Untold(error) => Some(error),
            Self::Unknown(_) | Self::TooLittle { .. } => None,
        }
    }
}

impl From<PublishError> for TransferError {
    fn from(error: PublishError) -> Self {
        Self::Untold(error)
    }
}
