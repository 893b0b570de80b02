//! Accounts, orders, and the moves of money between them. It knows nothing of policies.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The account that refunds are paid from.
pub(crate) const SHOP: &str = "shop";
/// The one currency of all accounts.
const CURRENCY: &str = "EUR";
/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;

/// A day in UTC, counted from the start of 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) u64);

impl Day {
    pub(crate) fn today() -> Self {
        let since_1970 = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Self(since_1970.as_secs() / DAY)
    }
}

/// Money back to the customer of an order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refund {
    pub(crate) order_id: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
}

/// Money from one account to another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Receipt {
    pub(crate) moved: Money,
    pub(crate) from: String,
    pub(crate) to: String,
    /// What is left where the money came from.
    pub(crate) left: Money,
}

/// What a policy may want to know before money moves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Standing {
    /// Whether any account that takes part is suspected of fraud.
    pub(crate) flagged: bool,
    /// What left the paying account today.
    pub(crate) paid_today: Money,
}

/// Accounts and orders, shared by all requests.
#[derive(Debug)]
pub(crate) struct Ledger {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    accounts: BTreeMap<String, Account>,
    orders: BTreeMap<String, Order>,
}

#[derive(Debug)]
struct Account {
    balance: Money,
    flagged: bool,
    /// The last day on which something was paid, and how much on that day.
    paid: (Day, Money),
}

#[derive(Debug)]
struct Order {
    customer: String,
    /// What was paid for it and not given back yet.
    refundable: Money,
}

impl Ledger {
    /// The accounts and orders that the scripted requests are about. `mallory` is suspected of fraud.
    pub(crate) fn with_samples() -> Self {
        let mut books = Books::default();
        for (name, cents, flagged) in [
            (SHOP, 2_000_000, false),
            ("supplier", 30_000, false),
            ("carol", 12_000, false),
            ("mallory", 90_000, true),
        ] {
            let account = Account {
                balance: Money::from_cents(cents),
                flagged,
                paid: (Day::default(), Money::ZERO),
            };
            books.accounts.insert(name.to_owned(), account);
        }
        for (id, customer, cents) in [
            ("o-1", "carol", 80_000),
            ("o-2", "carol", 900_000),
            ("o-3", "mallory", 75_000),
        ] {
            let order = Order {
                customer: customer.to_owned(),
                refundable: Money::from_cents(cents),
            };
            books.orders.insert(id.to_owned(), order);
        }
        Self {
            books: Mutex::new(books),
        }
    }

    /// Pays back a part of an order, or all of it.
    pub(crate) fn refund(&self, refund: &Refund, day: Day) -> Result<Receipt, LedgerError> {
        let mut books = self.books();
        let unknown = || LedgerError::UnknownOrder(refund.order_id.clone());
        let order = books.orders.get(&refund.order_id).ok_or_else(unknown)?;
        let refundable = order.refundable;
        let rest = refundable
            .minus(refund.amount)
            .ok_or(LedgerError::MoreThanPaid {
                refundable,
                asked: refund.amount,
            })?;
        let transfer = Transfer {
            from: SHOP.to_owned(),
            to: order.customer.clone(),
            amount: refund.amount,
            currency: refund.currency.clone(),
        };
        let receipt = books.transfer(&transfer, day)?;
        if let Some(order) = books.orders.get_mut(&refund.order_id) {
            order.refundable = rest;
        }
        Ok(receipt)
    }

    /// Moves money between two accounts: all of it, or none.
    pub(crate) fn transfer(&self, transfer: &Transfer, day: Day) -> Result<Receipt, LedgerError> {
        self.books().transfer(transfer, day)
    }

    /// How things stand for a transfer. An account that does not exist has a clean record.
    pub(crate) fn standing(&self, from: &str, to: &str, day: Day) -> Standing {
        let books = self.books();
        let (paying, receiving) = (books.accounts.get(from), books.accounts.get(to));
        Standing {
            flagged: [paying, receiving]
                .into_iter()
                .flatten()
                .any(|account| account.flagged),
            paid_today: paying.map_or(Money::ZERO, |account| account.paid_on(day)),
        }
    }

    /// Whose order this is.
    pub(crate) fn customer_of(&self, order_id: &str) -> Option<String> {
        self.books()
            .orders
            .get(order_id)
            .map(|order| order.customer.clone())
    }

    /// What is in each account.
    pub(crate) fn balances(&self) -> BTreeMap<String, Money> {
        self.books()
            .accounts
            .iter()
            .map(|(name, account)| (name.clone(), account.balance))
            .collect()
    }

    /// No change is left half made, so the books are good also after a panic elsewhere.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// Works everything out first, so that a transfer that fails changes nothing.
    fn transfer(&mut self, transfer: &Transfer, day: Day) -> Result<Receipt, LedgerError> {
        let Transfer {
            from,
            to,
            amount,
            currency,
        } = transfer;
        if *amount == Money::ZERO {
            return Err(LedgerError::Nothing);
        }
        if currency != CURRENCY {
            return Err(LedgerError::OtherCurrency(currency.clone()));
        }
        if from == to {
            return Err(LedgerError::SameAccount(from.clone()));
        }
        let payer = self.account(from)?;
        let balance = payer.balance;
        let left = balance
            .minus(*amount)
            .ok_or(LedgerError::InsufficientFunds {
                account: from.clone(),
                balance,
            })?;
        let paid = payer
            .paid_on(day)
            .plus(*amount)
            .ok_or(LedgerError::TooMuch)?;
        let received = self
            .account(to)?
            .balance
            .plus(*amount)
            .ok_or(LedgerError::TooMuch)?;

        if let Some(payer) = self.accounts.get_mut(from) {
            (payer.balance, payer.paid) = (left, (day, paid));
        }
        if let Some(payee) = self.accounts.get_mut(to) {
            payee.balance = received;
        }
        Ok(Receipt {
            moved: *amount,
            from: from.clone(),
            to: to.clone(),
            left,
        })
    }

    fn account(&self, name: &str) -> Result<&Account, LedgerError> {
        self.accounts
            .get(name)
            .ok_or_else(|| LedgerError::UnknownAccount(name.to_owned()))
    }
}

impl Account {
    fn paid_on(&self, day: Day) -> Money {
        if self.paid.0 == day {
            self.paid.1
        } else {
            Money::ZERO
        }
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("balances")?;
        self.balances()
            .iter()
            .try_for_each(|(name, balance)| write!(f, "\n  {name:<16}{balance:>12} {CURRENCY}"))
    }
}

/// Why no money was moved.
#[derive(Debug, PartialEq)]
pub(crate) enum LedgerError {
    UnknownOrder(String),
    UnknownAccount(String),
    InsufficientFunds { account: String, balance: Money },
    MoreThanPaid { refundable: Money, asked: Money },
    OtherCurrency(String),
    SameAccount(String),
    Nothing,
    TooMuch,
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
            Self::TooMuch => f.write_str("the sum is more than an account can hold"),
        }
    }
}

impl std::error::Error for LedgerError {}

#[cfg(test)]
mod tests {
    use super::{Day, Ledger, LedgerError, Money, Refund, SHOP, Standing, Transfer};

    const TODAY: Day = Day(20_000);

    fn transfer(from: &str, to: &str, cents: u32) -> Transfer {
        Transfer {
            from: from.into(),
            to: to.into(),
            amount: Money::from_cents(cents),
            currency: "EUR".into(),
        }
    }

    fn refund(order_id: &str, cents: u32) -> Refund {
        Refund {
            order_id: order_id.into(),
            amount: Money::from_cents(cents),
            currency: "EUR".into(),
        }
    }

    fn total(ledger: &Ledger) -> Money {
        ledger
            .balances()
            .into_values()
            .fold(Money::ZERO, |sum, balance| sum.plus(balance).unwrap())
    }

    #[test]
    fn a_transfer_moves_every_cent_and_makes_none() {
        let ledger = Ledger::with_samples();
        let before = total(&ledger);
        let receipt = ledger
            .transfer(&transfer(SHOP, "supplier", 25_001), TODAY)
            .unwrap();
        assert_eq!(receipt.left, Money::from_cents(1_974_999));
        assert_eq!(ledger.balances()["supplier"], Money::from_cents(55_001));
        assert_eq!(total(&ledger), before);
    }

    #[test]
    fn a_transfer_that_fails_changes_nothing() {
        let ledger = Ledger::with_samples();
        let before = ledger.balances();
        let cases = [
            (
                transfer("carol", SHOP, 12_001),
                "insufficient funds: account `carol` holds 120.00 EUR",
            ),
            (transfer("carol", "nobody", 1), "no account `nobody`"),
            (transfer("nobody", "carol", 1), "no account `nobody`"),
            (
                transfer("carol", "carol", 1),
                "account `carol` can't pay itself",
            ),
            (
                transfer("carol", SHOP, 0),
                "`amount` is 0, expected at least 0.01",
            ),
            (
                Transfer {
                    currency: "USD".into(),
                    ..transfer("carol", SHOP, 1)
                },
                "currency `USD` is not accepted, expected `EUR`",
            ),
        ];
        for (transfer, message) in cases {
            assert_eq!(
                ledger.transfer(&transfer, TODAY).unwrap_err().to_string(),
                message
            );
        }
        assert_eq!(ledger.balances(), before);
        assert_eq!(ledger.standing("carol", SHOP, TODAY), Standing::default());
    }

    #[test]
    fn an_order_is_paid_back_once() {
        let ledger = Ledger::with_samples();
        ledger.refund(&refund("o-1", 79_999), TODAY).unwrap();
        ledger.refund(&refund("o-1", 1), TODAY).unwrap();
        let (refundable, asked) = (Money::ZERO, Money::from_cents(1));
        assert_eq!(
            ledger.refund(&refund("o-1", 1), TODAY),
            Err(LedgerError::MoreThanPaid { refundable, asked })
        );
        assert_eq!(
            ledger.refund(&refund("o-9", 1), TODAY),
            Err(LedgerError::UnknownOrder("o-9".into()))
        );
        assert_eq!(ledger.balances()["carol"], Money::from_cents(92_000));
    }

    #[test]
    fn the_daily_total_begins_anew_each_day() {
        let ledger = Ledger::with_samples();
        ledger
            .transfer(&transfer(SHOP, "carol", 100), TODAY)
            .unwrap();
        ledger.refund(&refund("o-1", 50), TODAY).unwrap();
        assert_eq!(
            ledger.standing(SHOP, "carol", TODAY).paid_today,
            Money::from_cents(150)
        );
        assert_eq!(
            ledger.standing(SHOP, "carol", Day(20_001)).paid_today,
            Money::ZERO
        );
    }

    #[test]
    fn either_side_can_be_suspected_of_fraud() {
        let ledger = Ledger::with_samples();
        assert!(ledger.standing("mallory", SHOP, TODAY).flagged);
        assert!(ledger.standing(SHOP, "mallory", TODAY).flagged);
        assert!(!ledger.standing(SHOP, "carol", TODAY).flagged);
        assert!(!ledger.standing("nobody", "nobody", TODAY).flagged);
    }
}
