//! What assertions say when they fail, whole.

use audit_core::bus::Bus;
use audit_core::sink::MemorySink;
use audit_core::{Action, EventKind};

use crate::ground::{message, payout, service, three_refunds};

/// Asserts that an assertion fails in just these words.
macro_rules! says {
    ($assertion:expr, $($line:literal)+) => {
        let failing = || {
            let _found = $assertion;
        };
        assert_eq!(message(failing), [$($line),+].join("\n"))
    };
}

#[test]
fn where_nothing_is_there_it_says_so() {
    says!(
        MemorySink::new().assert_decided("refund"),
        "no decision on `refund`: there is no event at all"
    );
}

#[test]
fn where_nothing_of_the_kind_is_there_it_says_what_is() {
    let (runtime, sink) = service();
    let publish = || Bus::new().publish_blocking("account.opened", 1);
    runtime.scope(publish).unwrap();
    says!(
        sink.assert_decided("refund"),
        "no decision on `refund`: nothing was decided; 3 other events: operation `account.opened`, event `account.opened`, outcome `account.opened`"
    );
    let (runtime, sink) = service();
    payout(&runtime, 1);
    says!(
        sink.assert_published("account.opened"),
        "no domain event `account.opened`: nothing was published; 1 other event: decision `payout`"
    );
}

#[test]
fn a_name_that_was_most_likely_meant_is_named() {
    let (runtime, sink) = service();
    runtime
        .scope(|| Bus::new().publish_blocking("account.opened", 1))
        .unwrap();
    three_refunds(&runtime);
    payout(&runtime, 1);
    says!(
        sink.assert_decided("refnd"),
        "no decision on `refnd`; 16 other events: decision `refund` (3 times), decision `payout`, operation `account.opened`, event `account.opened`, outcome `account.opened` and 3 other names"
        "help: did you mean `refund`?"
    );
    says!(
        sink.assert_recorded(EventKind::Operation, "account.open"),
        "no `operation` event `account.open`; 16 other events: operation `account.opened`, event `account.opened`, outcome `account.opened`, tenant `context_bound` (3 times), decision `refund` (3 times) and 3 other names"
        "help: did you mean `account.opened`?"
    );
}

#[test]
fn what_comes_nearest_stands_first_with_what_is_different() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    says!(
        sink.assert_decided("refund").blocked().by("block_huge_refund"),
        "no decision on `refund` meets all that was asked:"
        "  3 decisions on `refund`"
        "  effect `block`: 1 of 3"
        "  rule `block_huge_refund`: none of 1"
        "nearest:"
        "  `refund` by `bob` for `acme` on `order:o-3`: block by rule `block_large_refund`, mode enforce, refused"
        "    rule: expected `block_huge_refund`, found `block_large_refund`"
        "  `refund` by `alice` for `acme` on `order:o-1`: allow by default, mode enforce, completed"
        "    effect: expected `block`, found `allow`"
        "    rule: expected `block_huge_refund`, found none"
        "  `refund` by `alice` for `acme` on `order:o-2`: require_approval by rule `approve_medium_refund`, mode enforce, refused"
        "    effect: expected `block`, found `require_approval`"
        "    rule: expected `block_huge_refund`, found `approve_medium_refund`"
    );
}

#[test]
fn a_redacted_value_stays_redacted_and_the_message_says_that_it_is() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    says!(
        sink.assert_decided("refund").for_actor("bob").with("token", "else"),
        "no decision on `refund` meets all that was asked:"
        "  3 decisions on `refund`"
        "  actor `bob`: 1 of 3"
        "  field `action.token` \"else\": none of 1"
        "nearest:"
        "  `refund` by `bob` for `acme` on `order:o-3`: block by rule `block_large_refund`, mode enforce, refused"
        "    field `action.token`: expected \"else\", found \"***\", which is redacted"
        "  `refund` by `alice` for `acme` on `order:o-1`: allow by default, mode enforce, completed"
        "    actor: expected `bob`, found `alice`"
        "    field `action.token`: expected \"else\", found \"***\", which is redacted"
        "  `refund` by `alice` for `acme` on `order:o-2`: require_approval by rule `approve_medium_refund`, mode enforce, refused"
        "    actor: expected `bob`, found `alice`"
        "    field `action.token`: expected \"else\", found \"***\", which is redacted"
    );
}

#[test]
fn a_number_that_is_not_met_shows_what_there_is() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    says!(
        sink.assert_decided("refund").for_actor("alice").once(),
        "expected 1 decision on `refund`, found 2:"
        "  3 decisions on `refund`"
        "  actor `alice`: 2 of 3"
        "found:"
        "  `refund` by `alice` for `acme` on `order:o-1`: allow by default, mode enforce, completed"
        "  `refund` by `alice` for `acme` on `order:o-2`: require_approval by rule `approve_medium_refund`, mode enforce, refused"
    );
    says!(
        sink.assert_never_decided("refund"),
        "expected no decision on `refund`, found 3:"
        "  `refund` by `alice` for `acme` on `order:o-1`: allow by default, mode enforce, completed"
        "  `refund` by `alice` for `acme` on `order:o-2`: require_approval by rule `approve_medium_refund`, mode enforce, refused"
        "  `refund` by `bob` for `acme` on `order:o-3`: block by rule `block_large_refund`, mode enforce, refused"
    );
}

#[test]
fn what_must_never_be_is_shown_with_what_was_asked_before() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    says!(
        sink.assert_decided("refund").for_actor("bob").never_blocked(),
        "expected 0 decisions on `refund`, found 1:"
        "  3 decisions on `refund`"
        "  actor `bob`: 1 of 3"
        "  effect `block`: 1 of 1"
        "found:"
        "  `refund` by `bob` for `acme` on `order:o-3`: block by rule `block_large_refund`, mode enforce, refused"
    );
}

#[test]
fn five_events_are_shown_and_the_others_counted_and_no_text_breaks_a_line() {
    let (runtime, sink) = service();
    (0..7).for_each(|amount| payout(&runtime, amount));
    says!(
        sink.assert_decided("payout").for_actor("mallory\n\u{1b}[2J"),
        "no decision on `payout` meets all that was asked:"
        "  7 decisions on `payout`"
        "  actor `mallory\\n\\u{1b}[2J`: none of 7"
        "nearest:"
        "  `payout`: allow by default, mode enforce"
        "    actor: expected `mallory\\n\\u{1b}[2J`, found none"
        "  `payout`: allow by default, mode enforce"
        "    actor: expected `mallory\\n\\u{1b}[2J`, found none"
        "  `payout`: allow by default, mode enforce"
        "    actor: expected `mallory\\n\\u{1b}[2J`, found none"
        "  `payout`: allow by default, mode enforce"
        "    actor: expected `mallory\\n\\u{1b}[2J`, found none"
        "  `payout`: allow by default, mode enforce"
        "    actor: expected `mallory\\n\\u{1b}[2J`, found none"
        "  and 2 more"
    );
}

#[test]
fn a_decision_that_could_not_be_made_says_why() {
    let (runtime, sink) = service();
    let _decision = runtime.evaluate(&Action::new("refund"));
    says!(
        sink.assert_decided("refund").by_default().completed(),
        "no decision on `refund` meets all that was asked:"
        "  1 decision on `refund`"
        "  by default: none of 1"
        "nearest:"
        "  `refund`: block, as step `evaluate` missing: rule `block_large_refund` can't be decided as `action.amount` is missing, mode enforce"
        "    decided by: expected the default, found none"
    );
}

#[test]
fn published_data_is_shown_up_to_a_point() {
    let (runtime, sink) = service();
    let name = "x".repeat(200);
    runtime
        .scope(|| Bus::new().publish_blocking("account.opened", name))
        .unwrap();
    says!(
        sink.assert_published("account.opened").with("amount", 1),
        "no domain event `account.opened` meets all that was asked:"
        "  1 domain event `account.opened`"
        "  field `data.amount` 1: none of 1"
        "nearest:"
        "  `account.opened`: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        "    field `data.amount`: expected 1, found none"
    );
}
