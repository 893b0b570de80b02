//! Text that nests: read on a stack that has room for it, or refused.

use audit_core::cedar::{CedarError, CedarPolicy, CedarProblemKind};

use super::{Asked, PERMIT, answer, problems, refund};

fn load(policies: &str) -> Result<CedarPolicy, CedarError> {
    CedarPolicy::from_strings(policies, None, None)
}

#[test]
fn text_that_would_take_the_stack_is_refused_or_read_but_never_ends_the_program() {
    let deep = |before: &str, after: &str, count: usize| {
        let condition = format!("{}true{}", before.repeat(count), after.repeat(count));
        load(&format!(
            "permit(principal, action, resource) when {{ {condition} }};"
        ))
    };
    assert!(deep("(", ")", 100).is_ok());
    assert!(deep("[", "].isEmpty()", 60).is_ok());
    assert!(
        deep("1 < 2 && ", "", 200).is_ok(),
        "what compares opens no bracket"
    );
    let long = deep("context.tenant == \"a\" || ", "", 5_000).unwrap();
    let asked = Asked {
        tenant: Some("b"),
        ..refund()
    };
    let answer = answer(&long, &asked);
    let given_up = "indeterminate: policy `policy0` can't be evaluated: it nests too deep for the caller's stack";
    assert!(
        answer == "allow by policy0" || answer.starts_with(given_up),
        "{answer}"
    );
    assert!(deep("if false then false else ", "", 1_000).is_ok());
    assert_eq!(
        problems(deep("(", ")", 100_000)),
        ["policies:1:1: 100001 brackets within one another, at most 128 are read [too_deep]"]
    );
    assert_eq!(
        problems(deep("true && ", "", 20_001)),
        ["policies:1:1: 20001 operators in one statement, at most 20000 are read [too_deep]"]
    );
    assert_eq!(
        problems(deep("[", "", 500)),
        ["policies:1:1: 501 brackets within one another, at most 128 are read [too_deep]"]
    );
    let dots = format!(
        "permit(principal, action, resource) when {{ context{} }};",
        ".a".repeat(3_000)
    );
    assert!(load(&dots).is_ok());
    let quoted = format!(
        "permit(principal, action, resource) when {{ principal.x == \"{}\" }}; // {}",
        "(".repeat(9_999),
        "(".repeat(9_999)
    );
    assert!(
        load(&quoted).is_ok(),
        "brackets in texts and comments are none"
    );
    for (schema, entities) in [
        (
            format!(
                "type A = {}Long{};",
                "Set<".repeat(9_999),
                ">".repeat(9_999)
            ),
            "[]".to_owned(),
        ),
        ("entity User;".to_owned(), "[".repeat(9_999)),
    ] {
        let refused = CedarPolicy::from_strings(PERMIT, Some(&schema), Some(&entities));
        assert_eq!(
            refused.unwrap_err().problems()[0].kind,
            CedarProblemKind::TooDeep
        );
    }
    let nested = format!("type A = {}Long{};", "Set<".repeat(100), ">".repeat(100));
    assert!(CedarPolicy::from_strings(PERMIT, Some(&nested), None).is_ok());
}
