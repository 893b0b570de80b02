//! The business does not know whether it is audited.

use audit_core::testing::block_on;

use crate::audit::Audit;
use crate::run;

#[test]
fn nothing_changes_for_the_business_when_the_audit_component_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let audit = Audit::open(&dir.path().join("audit.db")).unwrap();
    let with = block_on(run(Some(audit))).unwrap();
    let without = block_on(run(None)).unwrap();
    assert_eq!(with, without);
    assert_eq!(with.balances["charlie"], 325.0);
    assert_eq!(
        with.sent,
        [
            "bob: You received $150.00 from alice",
            "charlie: You received $75.00 from bob"
        ]
    );
}

#[test]
fn no_line_of_the_business_knows_of_an_audit() {
    for business in [
        include_str!("accounts.rs"),
        include_str!("notifications.rs"),
    ] {
        let code = business
            .lines()
            .filter(|line| !line.starts_with("use audit_core::"));
        assert!(code.into_iter().all(|line| !line.contains("audit")));
    }
}
