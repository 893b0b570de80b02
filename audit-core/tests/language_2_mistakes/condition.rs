//! Conditions: how comparisons are joined. `FINE` stands for a comparison that is right.

use crate::language_2_mistakes::golden::{assert_golden, condition, table};

const CONDITIONS: &str = "
nothing at all | #
an empty map | {}
a text | amount > 5
a list | [FINE]
an empty `all` | {all: []}
an empty `any` inside | {all: [FINE, {any: []}]}
an `all` that is no list | {all: FINE}
a `not` that is a list | {not: [FINE]}
two joins | {all: [FINE], any: [FINE]}
a join and a comparison | {not: FINE, subject: action.urgent, operator: equals, value: true}
a join twice | {all: [FINE], all: [FINE]}
a misspelled join | {al: [FINE]}
a join of another language | {and: [FINE]}
a key beside a join | {all: [FINE], note: x}
mistakes in every part | {all: [{any: [5]}, {not: {}}, {subject: action.urgnt, operator: equals, value: true}]}
";

#[test]
fn a_condition_is_a_comparison_or_joins_some() {
    let fine = "{subject: action.urgent, operator: equals, value: true}";
    let case = |name: &str, when: &str| condition(name, &when.replace("FINE", fine));
    let mut cases = table(CONDITIONS, case);
    let nested = |depth: usize| format!("{}{fine}{}", "{not: ".repeat(depth), "}".repeat(depth));
    cases.push(condition("33 deep", &nested(33)));
    assert_golden("condition", &cases);
}
