//! What the shop does with its money. The attributes say what is judged and recorded, and nothing else here knows
//! that anything is.

use std::collections::BTreeMap;
use std::fmt;

use audit_core::{Refused, admit, audit};

use crate::ledger::{Day, Ledger, LedgerError, Receipt, SHOP, Transfer};
use crate::money::Money;

/// The shop and its books.
///
/// Two requests at once may both be judged by the day's total before either of them moved money. A limit that
/// must hold to the cent belongs into the ledger; this one only calls for a second pair of eyes.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) ledger: Ledger,
}

impl Shop {
    /// Pays back a part of an order, or all of it.
    #[admit(
        resource = format!("order:{order_id}"),
        snapshot(
            fraud_flag = self.ledger.is_order_flagged(order_id),
            daily_total = self.ledger.paid(SHOP, Day::today()),
        ),
        ret, err,
    )]
    pub(crate) fn refund(
        &self,
        order_id: &str,
        amount: Money,
        currency: &str,
    ) -> Result<Receipt, PaymentError> {
        Ok(self
            .ledger
            .refund(order_id, amount, currency, Day::today())?)
    }

    /// Moves money between two accounts: all of it, or none. No money moves before its record is on disk.
    #[admit(
        delivery = "durable",
        fields(
            from = &transfer.from,
            to = &transfer.to,
            amount = transfer.amount,
            currency = &transfer.currency,
            reference = &transfer.reference,
        ),
        mask(reference),
        snapshot(
            fraud_flag = self.ledger.is_flagged(&transfer.from) || self.ledger.is_flagged(&transfer.to),
            daily_total = self.ledger.paid(&transfer.from, Day::today()),
        ),
        ret, err,
    )]
    pub(crate) fn transfer(&self, transfer: &Transfer) -> Result<Receipt, PaymentError> {
        Ok(self.ledger.transfer(transfer, Day::today())?)
    }

    /// What is in each account of the shop: anybody there may ask, and it is recorded who did.
    #[audit(action = "read_balances")]
    pub(crate) fn balances(&self) -> Result<BTreeMap<String, Money>, PaymentError> {
        Ok(self.ledger.balances()?)
    }
}

/// Why no money was moved.
#[derive(Debug)]
pub(crate) enum PaymentError {
    Refused(Refused),
    Ledger(LedgerError),
}

impl From<Refused> for PaymentError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<LedgerError> for PaymentError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PaymentError {}
