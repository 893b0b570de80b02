//! Money is neither made nor lost.

use audit_core::tenant::scope;

use super::{Day, Ledger, LedgerError, Money, NORTH, Receipt, SHOP, SOUTH, Transfer};

/// Runs something for the one shop.
fn north<R>(work: impl FnOnce() -> R) -> R {
    scope(NORTH).unwrap().run(work)
}

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
        .all_balances()
        .into_values()
        .fold(Money::ZERO, |sum, balance| sum.plus(balance).unwrap())
}

#[test]
fn a_transfer_moves_every_cent_and_makes_none() {
    north(|| {
        let ledger = Ledger::with_samples().unwrap();
        let before = total(&ledger);
        let receipt = ledger
            .transfer(&transfer(SHOP, "supplier", 25_001), TODAY)
            .unwrap();
        assert_eq!(receipt.left, Money::from_cents(1_974_999));
        assert_eq!(ledger.all_balances()["supplier"], Money::from_cents(55_001));
        assert_eq!(total(&ledger), before);
    });
}

#[test]
fn a_transfer_that_fails_changes_nothing() {
    north(|| {
        let ledger = Ledger::with_samples().unwrap();
        let before = ledger.all_balances();
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
        assert_eq!(ledger.all_balances(), before);
        assert_eq!(ledger.paid("carol", TODAY), Money::ZERO);
    });
}

#[test]
fn an_order_is_paid_back_once() {
    north(|| {
        let ledger = Ledger::with_samples().unwrap();
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
        assert_eq!(ledger.all_balances()["carol"], Money::from_cents(92_000));
    });
}

#[test]
fn the_daily_total_begins_anew_each_day() {
    north(|| {
        let ledger = Ledger::with_samples().unwrap();
        ledger
            .transfer(&transfer(SHOP, "carol", 100), TODAY)
            .unwrap();
        refund(&ledger, "o-1", 50).unwrap();
        assert_eq!(ledger.paid(SHOP, TODAY), Money::from_cents(150));
        assert_eq!(ledger.paid(SHOP, Day(20_001)), Money::ZERO);
    });
}

#[test]
fn an_account_and_its_orders_can_be_suspected_of_fraud() {
    north(|| {
        let ledger = Ledger::with_samples().unwrap();
        assert!(ledger.is_flagged("mallory") && ledger.is_order_flagged("o-3"));
        for (account, order) in [("carol", "o-1"), ("nobody", "o-9")] {
            assert!(!ledger.is_flagged(account) && !ledger.is_order_flagged(order));
        }
    });
}

#[test]
fn what_the_other_shop_has_is_not_there() {
    let ledger = Ledger::with_samples().unwrap();
    let before = ledger.all_balances();
    scope(SOUTH).unwrap().run(|| {
        let unknown = |name: &str| Err(LedgerError::UnknownAccount(name.into()));
        assert_eq!(
            ledger.transfer(&transfer(SHOP, "harbour", 100), TODAY),
            unknown(SHOP)
        );
        assert_eq!(
            ledger.transfer(&transfer("harbour", "carol", 100), TODAY),
            unknown("carol")
        );
        assert_eq!(
            refund(&ledger, "o-1", 1),
            Err(LedgerError::UnknownOrder("o-1".into()))
        );
        assert!(!ledger.is_flagged("mallory") && !ledger.is_order_flagged("o-3"));
        let own = ledger.balances().unwrap();
        assert_eq!(own.into_keys().collect::<Vec<_>>(), ["harbour"]);
    });
    assert_eq!(ledger.all_balances(), before);
}

#[test]
fn for_no_shop_nothing_is_read_or_moved() {
    let ledger = Ledger::with_samples().unwrap();
    assert_eq!(ledger.balances(), Err(LedgerError::NoShop));
    let moved = ledger.transfer(&transfer(SHOP, "carol", 100), TODAY);
    assert_eq!(moved, Err(LedgerError::UnknownAccount(SHOP.into())));
}
