//! The texts as they are laid out, and what is noted. `same`: the answers; `odd`: names.

mod odd;
mod same;

use super::{Conversion, ConvertError, ConvertNoteKind, Converted};
use crate::policy::load::Documents;
use crate::policy::problem::ProblemKind;

const SCHEMA: &str = "version: 4
actions:
  refund: {fields: {amount: number, currency: string}}
  typed: {fields: {type: number, amount: number}}
actor: {fields: {role: string, a.b: boolean}, sensitive: {role: hash}}
snapshot: {fields: {limit: number}}
";

fn documents(rules: &str) -> Documents {
    Documents::from_strings(SCHEMA, &format!("version: 7\nrules:\n{rules}"), None)
}

fn convert(rules: &str) -> Converted {
    Conversion::new().convert(&documents(rules)).unwrap()
}

/// One rule of the action `refund` with this condition, converted: the lines from `when` to `effect`, and the notes.
fn condition(when: &str) -> (String, Vec<String>) {
    let rule = format!("  - {{id: r, scope: {{action: refund}}, effect: block, when: {when}}}\n");
    let converted = convert(&rule);
    let start = converted.policy.find("    when:").unwrap();
    let end = converted.policy.find("    effect:").unwrap();
    let notes = converted.notes.iter().map(|note| note.message.clone());
    (converted.policy[start..end].to_owned(), notes.collect())
}

fn kinds(converted: &Converted) -> Vec<ConvertNoteKind> {
    converted.notes.iter().map(|note| note.kind).collect()
}

#[test]
fn a_whole_set_is_laid_out_as_a_person_would_write_it() {
    let converted = convert(
        "  - id: large
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1e3}}
    effect: require_approval
  - id: 'house, closed'
    scope: {global: true}
    when:
      any:
        - {subject: {domain: actor, field: role}, operator: not_equals, value: {literal: 'yes'}}
        - {subject: {domain: actor, field: a.b}, operator: equals, value: {literal: true}}
    effect: block
",
    );
    let schema = "# Converted from version 1 of the policy language; its comments were not kept.
language: audit/2
version: 4
actions:
  refund:
    fields:
      amount: number
      currency: string
  typed:
    fields:
      amount: number
actor:
  fields:
    role: {type: string, sensitive: hash}
    a.b: boolean
snapshot:
  fields:
    limit: number
";
    assert_eq!(converted.schema, schema);
    let (head, policy) = converted
        .policy
        .split_once("\nlanguage: audit/2\n")
        .unwrap();
    assert!(head.lines().all(|line| line.starts_with("# ")));
    assert_eq!(
        policy,
        "version: 7
combine: first_match
default: allow
on_missing: no_match
on_error: no_match
rules:
  - id: large
    scope: {action: refund}
    when: {subject: action.amount, operator: greater_than, value: 1000}
    effect: require_approval
  - id: \"house, closed\"
    scope: {global: true}
    when:
      any:
        - {subject: actor.role, operator: not_equals, value: \"yes\"}
        - {subject: {domain: actor, field: [a.b]}, operator: equals, value: true}
    effect: block
"
    );
}

#[test]
fn nothing_at_all_is_written_in_brackets() {
    let documents = Documents::from_strings(
        "{version: 0, actions: {}, actor: {fields: {}}, snapshot: {fields: {}}}",
        "{version: 0, rules: []}",
        None,
    );
    let converted = Conversion::new().convert(&documents).unwrap();
    assert!(
        converted
            .schema
            .ends_with("version: 0\nactions: {}\nactor:\n  fields: {}\nsnapshot:\n  fields: {}\n")
    );
    assert!(converted.policy.ends_with("rules: []\n"));
}

#[test]
fn a_rule_that_never_ran_is_left_out_by_name_and_line() {
    let converted = convert(
        "  - {id: dead, scope: {actor: eve}, effect: block, when: {subject: {domain: actor, field: role}, operator: equals, value: {literal: a}}}
",
    );
    assert!(converted.policy.ends_with("rules: []\n"));
    assert_eq!(
        converted.notes[1].to_string(),
        "policy:3: the rule `dead` is left out: it is scoped to the actor `eve`, which version 1 never runs and language 2 would"
    );
}

#[test]
fn rules_of_one_id_get_numbers_that_are_free() {
    let rule = |id: &str, scope: &str| {
        format!(
            "  - {{id: {id}, scope: {{{scope}}}, effect: block, when: {{subject: {{domain: actor, field: role}}, operator: \
             equals, value: {{literal: a}}}}}}\n"
        )
    };
    let global = "global: true";
    let rules: String = [
        rule("a", "actor: eve"),
        rule("a", global),
        rule("a-2", global),
        rule("a", global),
        rule("a", global),
        rule("a-2", global),
        rule("''", global),
        rule("unnamed", global),
        rule("''", global),
    ]
    .concat();
    let converted = convert(&rules);
    let ids: Vec<&str> = converted
        .policy
        .lines()
        .filter_map(|line| line.strip_prefix("  - id: "))
        .collect();
    assert_eq!(
        ids,
        [
            "a",
            "a-2",
            "a-3",
            "a-4",
            "a-2-2",
            "unnamed-2",
            "unnamed",
            "unnamed-3"
        ]
    );
    let mut notes = converted
        .notes
        .iter()
        .rev()
        .map(|note| note.message.as_str());
    assert_eq!(
        notes.nth(1),
        Some("the rule `` is now `unnamed-2`: language 2 takes no empty id")
    );
    assert_eq!(
        notes.next(),
        Some(
            "the rule `a-2` is now `a-2-2`: version 1 lets several rules have one id, language 2 does not"
        )
    );
}

#[test]
fn what_is_never_true_takes_its_rule_along_unless_something_else_may_be_true() {
    let nan = |operator| {
        format!(
            "{{subject: {{domain: action, field: amount}}, operator: {operator}, value: {{literal: .nan}}}}"
        )
    };
    let other =
        "{subject: {domain: action, field: currency}, operator: equals, value: {literal: EUR}}";
    for when in [
        nan("less_than"),
        format!("{{all: [{other}, {}]}}", nan("equals")),
        format!("{{any: [{}, {}]}}", nan("equals"), nan("greater_than")),
    ] {
        let rule =
            format!("  - {{id: r, scope: {{action: refund}}, effect: block, when: {when}}}\n");
        let converted = convert(&rule);
        assert!(converted.policy.ends_with("rules: []\n"), "{when}");
        assert_eq!(
            kinds(&converted)[1..],
            [ConvertNoteKind::RuleLeftOut],
            "{when}"
        );
    }
    let (when, notes) = condition(&format!("{{any: [{}, {other}]}}", nan("equals")));
    assert_eq!(
        when,
        "    when: {subject: action.currency, operator: equals, value: EUR}\n"
    );
    assert_eq!(
        notes[1],
        "a comparison of the rule `r` is left out: `action.amount equals .nan` is never true"
    );
}

#[test]
fn what_is_true_of_every_number_is_said_with_a_number() {
    let unequal =
        "{subject: {domain: action, field: amount}, operator: not_equals, value: {literal: .nan}}";
    let other =
        "{subject: {domain: action, field: currency}, operator: equals, value: {literal: EUR}}";
    let (when, _) = condition(&format!("{{all: [{unequal}, {other}]}}"));
    let expected = "    when:
      all:
        - any:
            - {subject: action.amount, operator: equals, value: 0}
            - {subject: action.amount, operator: not_equals, value: 0}
        - {subject: action.currency, operator: equals, value: EUR}
";
    assert_eq!(when, expected);
    let (when, _) = condition(&format!("{{any: [{unequal}, {other}]}}"));
    assert_eq!(when.lines().count(), 5, "{when}");
}

#[test]
fn the_actions_type_is_a_text_whatever_the_schema_says() {
    let compared = |operator: &str, value: &str| {
        convert(&format!(
            "  - {{id: r, scope: {{action: typed}}, effect: block, when: {{subject: {{domain: action, field: type}}, \
             operator: {operator}, value: {value}}}}}\n"
        ))
    };
    let itself = "{subject: {domain: action, field: type}}";
    for (operator, value) in [
        ("greater_than", "{literal: 5}"),
        ("equals", "{subject: {domain: action, field: amount}}"),
        ("less_than", itself),
    ] {
        let converted = compared(operator, value);
        assert!(
            converted.policy.ends_with("rules: []\n"),
            "{operator} {value}"
        );
    }
    let same = compared("equals", itself).policy;
    assert!(
        same.contains(
            "when: {subject: action.type, operator: equals, value: {subject: action.type}}"
        ),
        "{same}"
    );
}

#[test]
fn two_fields_stay_compared_and_are_noted_where_types_may_matter() {
    let compared = |operator: &str| {
        condition(&format!(
            "{{subject: {{domain: snapshot, field: limit}}, operator: {operator}, value: {{subject: {{domain: action, field: amount}}}}}}"
        ))
    };
    let (when, notes) = compared("less_than");
    assert_eq!(
        when,
        "    when: {subject: snapshot.limit, operator: less_than, value: {subject: action.amount}}\n"
    );
    assert_eq!(notes.len(), 1, "{notes:?}");
    let (_, notes) = compared("not_equals");
    assert!(
        notes[1].starts_with(
            "`snapshot.limit not_equals action.amount` in the rule `r` compares two fields: "
        ),
        "{notes:?}"
    );
}

#[test]
fn what_version_1_ignores_is_noted() {
    let converted = convert(
        "  - {id: r, reason: too large, scope: {global: true}, effect: block, when: {subject: {domain: actor, field: role}, operator: equals, value: {literal: a}}}
",
    );
    assert_eq!(
        converted.notes[1].to_string(),
        "policy:3: left out: version 1 ignores the key `reason` in the rule `r`, it reads `id`, `scope`, `when`, `effect`"
    );
}

#[test]
fn governance_is_left_out_on_demand_only_and_must_still_be_met() {
    let rules = "version: 1\nrules: []\n";
    let demand = |least: u32| {
        format!(
            "{{version: 1, governance: {{rules: [{{id: g, select: {{where: {{effect: block}}}}, must: {{min_count: {least}}}, error: no block}}]}}}}"
        )
    };
    let with = |governance: &str| Documents::from_strings(SCHEMA, rules, Some(governance));
    let met = with(&demand(0));
    assert_eq!(
        Conversion::new().convert(&met),
        Err(ConvertError::Governance)
    );
    let without = Conversion::new().without_governance();
    let converted = without.convert(&met).unwrap();
    assert_eq!(
        kinds(&converted).last(),
        Some(&ConvertNoteKind::GovernanceLeftOut)
    );
    let unmet = without.convert(&with(&demand(1)));
    assert!(matches!(unmet, Err(ConvertError::Refused(_))), "{unmet:?}");
}

#[test]
fn a_field_that_must_not_be_read_is_never_given_up() {
    let schema = SCHEMA.replace(
        "amount: number}}\nactor",
        "amount: number}, sensitive: {type: drop}}\nactor",
    );
    let documents = Documents::from_strings(&schema, "{version: 1, rules: []}", None);
    let refused = Conversion::new().convert(&documents).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the action `typed` keeps its field `type` out of records, and language 2 can't declare a field of that name: rename \
         it in the schema and in the program"
    );
}

#[test]
fn what_would_be_too_large_to_read_is_refused() {
    let rule = |number: u32, literal: &str| {
        format!(
            "  - {{id: r{number}, scope: {{global: true}}, effect: block, when: {{subject: {{domain: actor, field: role}}, operator: \
             equals, value: {{literal: {literal}}}}}}}\n"
        )
    };
    // One text of a megabyte, repeated by its anchor.
    let first = rule(0, &format!("&long {}", "x".repeat(1 << 20)));
    let others = (1..33).map(|number| rule(number, "*long "));
    let rules: String = std::iter::once(first).chain(others).collect();
    let refused = Conversion::new().convert(&documents(&rules)).unwrap_err();
    let ConvertError::Unreadable(why) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(why.first().unwrap().kind, ProblemKind::TooLarge);
}
