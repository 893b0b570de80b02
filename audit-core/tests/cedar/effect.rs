//! Which policy decides, and what its annotations make of it.

use audit_core::cedar::CedarPolicy;
use audit_core::{Action, Evaluator};

use super::{PERMIT, answer, policy, refund, with_action};

const LARGE: &str = "@id(\"large\") @effect(\"require_approval\") @reason(\"above the limit of one person\") \
                     forbid(principal, action, resource) when { context.action.amount > 10 };";
const HUGE: &str =
    "@id(\"huge\") forbid(principal, action, resource) when { context.action.amount > 100 };";

fn of(policies: &[&str], amount: i64) -> String {
    let asked = with_action(Action::new("refund").with("amount", amount));
    answer(&policy(&policies.join("\n")), &asked)
}

#[test]
fn nothing_that_permits_blocks_by_default() {
    assert_eq!(of(&[HUGE], 5), "block");
    assert_eq!(
        of(
            &["permit(principal, action == Action::\"deploy\", resource);"],
            5
        ),
        "block"
    );
}

#[test]
fn the_rule_is_the_id_annotation_else_cedars_number() {
    assert_eq!(of(&[PERMIT], 5), "allow by open");
    assert_eq!(
        of(&[HUGE, "permit(principal, action, resource);"], 5),
        "allow by policy1"
    );
    assert_eq!(of(&[PERMIT, HUGE], 500), "block by huge");
}

#[test]
fn of_several_that_determine_the_first_in_the_text_decides() {
    let permits: Vec<String> = (0..40)
        .map(|number| {
            format!(
                "@id(\"p{}\") permit(principal, action, resource);",
                39 - number
            )
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(
            answer(&policy(&permits.concat()), &refund()),
            "allow by p39"
        );
    }
}

#[test]
fn files_count_in_the_order_in_which_they_are_added() {
    let policy = CedarPolicy::builder()
        .policies(
            "z.cedar",
            "permit(principal, action == Action::\"deploy\", resource);",
        )
        .policies("a.cedar", "permit(principal, action, resource);")
        .policies("b.cedar", "permit(principal, action, resource);")
        .build()
        .unwrap();
    assert_eq!(answer(&policy, &refund()), "allow by policy1");
}

#[test]
fn a_forbid_can_ask_for_an_approval_of_what_is_permitted() {
    for policies in [
        [PERMIT, LARGE, HUGE],
        [HUGE, LARGE, PERMIT],
        [LARGE, HUGE, PERMIT],
    ] {
        assert_eq!(of(&policies, 5), "allow by open");
        assert_eq!(of(&policies, 50), "require_approval by large");
        assert_eq!(of(&policies, 500), "block by huge", "a plain forbid wins");
    }
}

#[test]
fn what_nobody_permits_can_not_be_approved() {
    assert_eq!(of(&[LARGE], 50), "block");
    let deploy = "permit(principal, action == Action::\"deploy\", resource);";
    assert_eq!(of(&[deploy, LARGE], 50), "block");
}

#[test]
fn a_permit_can_want_an_approval_and_a_plain_one_wins() {
    let reviewed =
        "@id(\"reviewed\") @effect(\"require_approval\") permit(principal, action, resource);";
    assert_eq!(of(&[reviewed], 5), "require_approval by reviewed");
    assert_eq!(of(&[reviewed, PERMIT], 5), "allow by open");
    assert_eq!(of(&[reviewed, HUGE], 500), "block by huge");
    assert_eq!(of(&[reviewed, LARGE], 50), "require_approval by large");
}

#[test]
fn the_plain_words_can_be_written_too() {
    let policies = "@effect(\"allow\") permit(principal, action, resource);
        @effect(\"block\") forbid(principal, action, resource) when { context.action.amount > 100 };";
    assert_eq!(of(&[policies], 5), "allow by policy0");
    assert_eq!(of(&[policies], 500), "block by policy1");
}

#[test]
fn the_reason_annotation_is_the_words_for_the_caller() {
    let policy = policy(&[PERMIT, LARGE, HUGE].concat());
    let reason = |amount: i64| {
        let asked = with_action(Action::new("refund").with("amount", amount));
        let verdict = policy.evaluate(&asked.request()).unwrap();
        verdict.reason.map(|reason| reason.to_string())
    };
    assert_eq!(reason(50).as_deref(), Some("above the limit of one person"));
    assert_eq!(reason(5), None);
    assert_eq!(reason(500), None);
}
