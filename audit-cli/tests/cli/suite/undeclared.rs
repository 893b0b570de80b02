//! What a case holds and the schema of its policy does not declare.

use super::{own, test, test_own};
use crate::Failure;
use crate::golden::assert_golden;

const SCHEMA: &str = "\
actions:
  refund: {fields: {amount: decimal, note: {type: string, optional: true}, address: {type: map, fields: {city: string}, optional: true}}}
  payout: {fields: {amount: decimal}}
actor: {fields: {role: string}}
snapshot: {fields: {frozen: {type: boolean, nullable: true}, groups: {type: list, of: string, optional: true}}}
";

const POLICY: &str = "\
default: allow
rules:
  - {id: large, scope: {action: refund}, when: {subject: action.amount, operator: greater_than, value: 100}, effect: block}
";

#[test]
fn misspelled_actions_fields_and_values_are_underlined_where_they_are_written()
-> Result<(), Failure> {
    let cases = "\
actions:
  small: {type: refund, amuont: \"1\", amount: 12.5}
  typo: {type: refnud, amount: \"1\"}
actors: {clerk: {id: ada, rol: clerk}}
cases:
  - {name: a, action: small, actor: clerk, expect: {effect: allow}}
  - {name: the same again, action: small, actor: clerk, expect: {effect: allow}}
  - {name: b, action: typo, expect: {effect: allow}}
  - {name: a change, action: {from: small, wiht: {amount: \"1\"}}, expect: {effect: allow}}
  - {name: c, action: {tpye: refund, amount: \"1\"}, expect: {effect: allow}}
  - name: d
    action: {from: small, without: [amuont], with: {amount: \"1\", address: {town: Rome, city: 5}}}
    snapshot: {frozen: no, groups: [a, 1], fraud_flag: true}
    expect: {effect: allow}
  - name: e
    action: {type: refund, amount: \"1\"}
    table:
      columns: [action.note, actor.roel, action.address.city, action.type, expect.effect]
      rows:
        - [null, a, Rome, refund, allow]
        - [fine, b, [x], payuot, allow]
";
    let dir = own(SCHEMA, POLICY, cases)?;
    assert_golden("test_undeclared", &test_own(&dir, &[])?)
}

#[test]
fn a_case_may_mean_what_is_not_declared_and_leave_out_what_is() -> Result<(), Failure> {
    let cases = "\
cases:
  - {name: left out, action: {type: refund}, expect: {effect: block, indeterminate: true, missing: [action.amount]}}
  - name: meant
    undeclared: true
    action: {type: refund, amount: much, more: 1}
    actor: {team: x}
    expect: {effect: block, indeterminate: true}
  - name: meant in one row
    action: {type: refund, amount: \"1\"}
    table:
      columns: [action.amount, undeclared, expect.indeterminate]
      rows: [[\"1\", false, false], [much, true, true]]
  - {name: the id of an actor need not be declared, action: {type: payout, amount: 1}, actor: {id: ada}, expect: {effect: allow}}
";
    let dir = own(SCHEMA, POLICY, cases)?;
    let run = test_own(&dir, &[])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)), "{}", run.out);
    Ok(())
}

/// As `audit policy check`, which finds nothing in a schema of version 1 that declares less than is asked.
#[test]
fn under_version_1_a_request_holds_what_it_likes() -> Result<(), Failure> {
    let run = test(&["passing.test.yaml", "--filter", "names that change"])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)), "{}", run.out);
    Ok(())
}
