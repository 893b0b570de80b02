//! Money is neither made nor lost.

use super::{Day, Ledger, LedgerError, Money, Receipt, SHOP, Transfer};

const TODAY: Day = Day(20_000);

fn transfer(from: &str, to: &str, cents: u32) -> Transfer {
    Transfer {
        from: from.into(),
        to: to.into(),
        amount: Money::from_cents(cents),
        currency: "EUR".into(),
        reference: None,
    }
}

fn refund(ledger: &Ledger, order_id: &str, cents: u32) -> Result<Receipt, LedgerError> {
    ledger.refund(order_id, Money::from_cents(cents), "EUR", TODAY)
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
    assert_eq!(ledger.paid("carol", TODAY), Money::ZERO);
}

#[test]
fn an_order_is_paid_back_once() {
    let ledger = Ledger::with_samples();
    refund(&ledger, "o-1", 79_999).unwrap();
    refund(&ledger, "o-1", 1).unwrap();
    let (refundable, asked) = (Money::ZERO, Money::from_cents(1));
    assert_eq!(
        refund(&ledger, "o-1", 1),
        Err(LedgerError::MoreThanPaid { refundable, asked })
    );
    assert_eq!(
        refund(&ledger, "o-9", 1),
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
    refund(&ledger, "o-1", 50).unwrap();
    assert_eq!(ledger.paid(SHOP, TODAY), Money::from_cents(150));
    assert_eq!(ledger.paid(SHOP, Day(20_001)), Money::ZERO);
}

#[test]
fn an_account_and_its_orders_can_be_suspected_of_fraud() {
    let ledger = Ledger::with_samples();
    assert!(ledger.is_flagged("mallory") && ledger.is_order_flagged("o-3"));
    for (account, order) in [("carol", "o-1"), ("nobody", "o-9")] {
        assert!(!ledger.is_flagged(account) && !ledger.is_order_flagged(order));
    }
}
