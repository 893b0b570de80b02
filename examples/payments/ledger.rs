//! Accounts and orders of several shops, and the moves of money between them. It knows nothing of policies; whose a row is, the
//! guard looks at.

mod error;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use audit_core::Scope;
use audit_core::tenant::{GuardError, TenantChange, TenantGuard};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::people::{NORTH, SOUTH};

pub(crate) use error::LedgerError;

/// The account that refunds are paid from.
pub(crate) const SHOP: &str = "shop";
/// The one currency of all accounts.
const CURRENCY: &str = "EUR";
/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;
/// What the guard knows accounts and orders by.
const ACCOUNT: &str = "account";
const ORDER: &str = "order";

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

/// Money from one account to another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
    /// What the payee reads on the statement.
    pub(crate) reference: Option<String>,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Receipt {
    pub(crate) moved: Money,
    pub(crate) from: String,
    pub(crate) to: String,
    /// What is left where the money came from.
    pub(crate) left: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
}

/// Accounts and orders, shared by all requests.
#[derive(Debug)]
pub(crate) struct Ledger {
    guard: TenantGuard,
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    accounts: BTreeMap<String, Account>,
    orders: BTreeMap<String, Order>,
}

#[derive(Debug)]
struct Account {
    /// Whose it is.
    shop: &'static str,
    balance: Money,
    flagged: bool,
    /// The last day on which something was paid, and how much on that day.
    paid: (Day, Money),
}

#[derive(Debug)]
struct Order {
    /// At which shop it was placed.
    shop: &'static str,
    customer: String,
    /// What was paid for it and not given back yet.
    refundable: Money,
}

impl Ledger {
    /// The accounts and orders that the scripted requests are about. `mallory` is suspected of fraud.
    ///
    /// # Errors
    /// None: no model is named twice.
    pub(crate) fn with_samples() -> Result<Self, GuardError> {
        let mut books = Books::default();
        for (shop, name, cents, flagged) in [
            (NORTH, SHOP, 2_000_000, false),
            (NORTH, "supplier", 30_000, false),
            (NORTH, "carol", 12_000, false),
            (NORTH, "mallory", 90_000, true),
            (SOUTH, "harbour", 500_000, false),
        ] {
            let account = Account {
                shop,
                balance: Money::from_cents(cents),
                flagged,
                paid: (Day::default(), Money::ZERO),
            };
            books.accounts.insert(name.to_owned(), account);
        }
        for (shop, id, customer, cents) in [
            (NORTH, "o-1", "carol", 80_000),
            (NORTH, "o-2", "carol", 900_000),
            (NORTH, "o-3", "mallory", 75_000),
        ] {
            let order = Order {
                shop,
                customer: customer.to_owned(),
                refundable: Money::from_cents(cents),
            };
            books.orders.insert(id.to_owned(), order);
        }
        let guard = TenantGuard::builder().owned(ACCOUNT).owned(ORDER).build()?;
        Ok(Self {
            guard,
            books: Mutex::new(books),
        })
    }

    /// Pays back a part of an order, or all of it.
    pub(crate) fn refund(
        &self,
        order_id: &str,
        amount: Money,
        currency: &str,
        day: Day,
    ) -> Result<Receipt, LedgerError> {
        let mut books = self.books();
        let unknown = || LedgerError::UnknownOrder(order_id.to_owned());
        let order = books.orders.get(order_id).ok_or_else(unknown)?;
        // An order of another shop is none here, for whoever asks; who may know finds it in the audit.
        self.guard
            .update(ORDER, Some(order.shop), TenantChange::Unchanged)
            .map_err(|_| unknown())?;
        let refundable = order.refundable;
        let rest = refundable.minus(amount).ok_or(LedgerError::MoreThanPaid {
            refundable,
            asked: amount,
        })?;
        let transfer = Transfer {
            from: SHOP.to_owned(),
            to: order.customer.clone(),
            amount,
            currency: currency.to_owned(),
            reference: None,
        };
        self.check(&books, &transfer)?;
        let receipt = books.transfer(&transfer, day)?;
        if let Some(order) = books.orders.get_mut(order_id) {
            order.refundable = rest;
        }
        Ok(receipt)
    }

    /// Moves money between two accounts: all of it, or none.
    pub(crate) fn transfer(&self, transfer: &Transfer, day: Day) -> Result<Receipt, LedgerError> {
        let mut books = self.books();
        self.check(&books, transfer)?;
        books.transfer(transfer, day)
    }

    /// Both accounts are of the shop that this is done for. One of another is none here.
    fn check(&self, books: &Books, transfer: &Transfer) -> Result<(), LedgerError> {
        for name in [&transfer.from, &transfer.to] {
            let account = books.account(name)?;
            let checked = self
                .guard
                .update(ACCOUNT, Some(account.shop), TenantChange::Unchanged);
            checked.map_err(|_| LedgerError::UnknownAccount(name.clone()))?;
        }
        Ok(())
    }

    /// Whether an account is suspected of fraud. One that the shop does not have is not.
    pub(crate) fn is_flagged(&self, account: &str) -> bool {
        let books = self.books();
        let account = books.accounts.get(account);
        account.is_some_and(|account| account.flagged && is_ours(account.shop))
    }

    /// Whether the customer of an order is suspected of fraud.
    pub(crate) fn is_order_flagged(&self, order_id: &str) -> bool {
        let books = self.books();
        let order = books.orders.get(order_id);
        let customer = order.filter(|order| is_ours(order.shop));
        let customer = customer.map(|order| order.customer.clone());
        drop(books);
        customer.is_some_and(|customer| self.is_flagged(&customer))
    }

    /// What left an account on a day.
    pub(crate) fn paid(&self, account: &str, day: Day) -> Money {
        let books = self.books();
        let account = books.accounts.get(account);
        let account = account.filter(|account| is_ours(account.shop));
        account.map_or(Money::ZERO, |account| account.paid_on(day))
    }

    /// What is in each account of the shop.
    ///
    /// # Errors
    /// Nobody knows which.
    pub(crate) fn balances(&self) -> Result<BTreeMap<String, Money>, LedgerError> {
        let filters = self.guard.read(&[ACCOUNT]);
        let filters = filters.map_err(|_| LedgerError::NoShop)?;
        let passes = |account: &Account| {
            let mut filters = filters.of(ACCOUNT);
            filters.all(|filter| *account.shop == **filter.tenant())
        };
        Ok(self.books().balances(passes))
    }

    /// What is in each account of both shops: for whoever runs the service.
    pub(crate) fn all_balances(&self) -> BTreeMap<String, Money> {
        self.books().balances(|_| true)
    }

    /// No change is left half made, so the books are good also after a panic elsewhere.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether something of this shop is of the one that this is done for.
fn is_ours(shop: &str) -> bool {
    Scope::current().tenant_id().as_deref() == Some(shop)
}

impl Books {
    fn balances(&self, passes: impl Fn(&Account) -> bool) -> BTreeMap<String, Money> {
        let accounts = self.accounts.iter().filter(|(_, account)| passes(account));
        accounts
            .map(|(name, account)| (name.clone(), account.balance))
            .collect()
    }

    /// Works everything out first, so that a transfer that fails changes nothing.
    fn transfer(&mut self, transfer: &Transfer, day: Day) -> Result<Receipt, LedgerError> {
        let Transfer {
            from,
            to,
            amount,
            currency,
            reference,
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
            reference: reference.clone(),
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
        f.write_str("balances of both shops")?;
        self.all_balances()
            .iter()
            .try_for_each(|(name, balance)| write!(f, "\n  {name:<16}{balance:>12} {CURRENCY}"))
    }
}

#[cfg(test)]
mod tests;
