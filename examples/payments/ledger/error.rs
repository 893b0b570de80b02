//! [`LedgerError`]: why no money was moved.

use std::fmt;

use super::CURRENCY;
use crate::money::Money;

/// Why no money was moved.
#[derive(Debug, PartialEq)]
pub(crate) enum LedgerError {
    UnknownOrder(String),
    UnknownAccount(String),
    InsufficientFunds {
        account: String,
        balance: Money,
    },
    MoreThanPaid {
        refundable: Money,
        asked: Money,
    },
    OtherCurrency(String),
    SameAccount(String),
    Nothing,
    TooMuch,
    /// Nobody knows for which shop.
    NoShop,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOrder(id) => write!(f, "no order `{}`", id.escape_debug()),
            Self::UnknownAccount(name) => write!(f, "no account `{}`", name.escape_debug()),
            Self::InsufficientFunds { account, balance } => {
                write!(
                    f,
                    "insufficient funds: account `{account}` holds {balance} {CURRENCY}"
                )
            }
            Self::MoreThanPaid { refundable, asked } => {
                write!(
                    f,
                    "{asked} {CURRENCY} is more than the {refundable} {CURRENCY} left of the order"
                )
            }
            Self::OtherCurrency(currency) => {
                write!(
                    f,
                    "currency `{}` is not accepted, expected `{CURRENCY}`",
                    currency.escape_debug()
                )
            }
            Self::SameAccount(name) => write!(f, "account `{name}` can't pay itself"),
            Self::Nothing => f.write_str("`amount` is 0, expected at least 0.01"),
            Self::NoShop => f.write_str("nobody knows for which shop this is"),
            Self::TooMuch => f.write_str("the sum is more than an account can hold"),
        }
    }
}

impl std::error::Error for LedgerError {}
