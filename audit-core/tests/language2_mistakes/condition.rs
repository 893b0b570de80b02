//! Conditions: how comparisons are joined.

use crate::language2_mistakes::golden::{assert_golden, condition};

const FINE: &str = "{subject: action.urgent, operator: equals, value: true}";

#[test]
fn a_condition_is_a_comparison_or_joins_some() {
    let nested = |depth: usize, inner: &str| {
        format!("{}{inner}{}", "{not: ".repeat(depth), "}".repeat(depth))
    };
    assert_golden(
        "condition",
        &[
            condition("nothing at all", ""),
            condition("an empty map", "{}"),
            condition("a text", "amount > 5"),
            condition("a list", &format!("[{FINE}]")),
            condition("an empty `all`", "{all: []}"),
            condition(
                "an empty `any` inside",
                &format!("{{all: [{FINE}, {{any: []}}]}}"),
            ),
            condition("an `all` that is no list", &format!("{{all: {FINE}}}")),
            condition("a `not` that is a list", &format!("{{not: [{FINE}]}}")),
            condition("two joins", &format!("{{all: [{FINE}], any: [{FINE}]}}")),
            condition(
                "a join and a comparison",
                &format!("{{not: {FINE}, subject: action.urgent, operator: equals, value: true}}"),
            ),
            condition("a join twice", &format!("{{all: [{FINE}], all: [{FINE}]}}")),
            condition("a misspelled join", &format!("{{al: [{FINE}]}}")),
            condition("a join of another language", &format!("{{and: [{FINE}]}}")),
            condition(
                "a key beside a join",
                &format!("{{all: [{FINE}], note: x}}"),
            ),
            condition(
                "mistakes in every part",
                "{all: [{any: [5]}, {not: {}}, {subject: action.urgnt, operator: equals, value: true}]}",
            ),
            condition("33 deep", &nested(33, FINE)),
        ],
    );
}
