//! Odd names, identifiers and texts come through as they are.

use proptest::prelude::*;

use crate::policy::convert::Conversion;
use crate::policy::json_schema::tests::{policy_mistakes, schema_mistakes};
use crate::policy::language;
use crate::policy::load::Documents;
use crate::policy::model::{Condition, FieldRef, Operand, PolicySet, RuleScope};
use crate::policy::yaml::written_text;

/// Everything in a set that somebody chose a name for.
fn names(set: &PolicySet) -> Vec<String> {
    let mut names = Vec::new();
    let schema = &set.schema;
    let domains = [("actor", &schema.actor), ("snapshot", &schema.snapshot)];
    let actions = schema
        .actions
        .iter()
        .map(|(name, fields)| (&**name, fields));
    for (domain, fields) in actions.chain(domains) {
        let declared = fields.iter().map(|(name, declared)| {
            let sensitive = schema.classification.action(Some(domain)).get(name);
            format!("{domain}: {name} {} {sensitive:?}", declared.kind.as_str())
        });
        names.extend(declared);
    }
    for rule in &set.rules {
        let RuleScope::Action(action) = &rule.scope else {
            panic!("{:?}", rule.scope)
        };
        // One that is empty gets a name.
        let id = if rule.id.is_empty() {
            "unnamed"
        } else {
            &*rule.id
        };
        names.push(format!("{action} {id}"));
        let atom = match &rule.condition {
            Condition::All(parts) => parts[0].atom(),
            condition => condition.atom(),
        };
        let atom = atom.unwrap();
        let Operand::Literal(literal) = &atom.operand else {
            panic!("{:?}", atom.operand)
        };
        names.push(format!("{:?} {literal:?}", atom.subject));
    }
    names
}

fn read(documents: &Documents) -> PolicySet {
    let reading = language::read(&documents.sources());
    reading
        .set
        .unwrap_or_else(|| panic!("{documents:?} {:?}", reading.problems))
}

fn assert_comes_through(action: &str, field: &str, id: &str, literal: &str) {
    let [action, field, id, literal] = [action, field, id, literal].map(written_text);
    let schema = format!(
        "version: 1
actions:
  ? {action}
  : {{fields: {{? {field} : string, other: number}}, sensitive: {{? {field} : mask}}}}
actor: {{fields: {{? {field} : string}}}}
snapshot: {{fields: {{? {field} : boolean}}}}
"
    );
    let rule = |domain: &str, id: &str, literal: &str| {
        format!(
            "  - {{id: {id}, scope: {{action: {action}}}, effect: block, when: {{subject: {{domain: {domain}, field: {field}}}, \
             operator: equals, value: {{literal: {literal}}}}}}}\n"
        )
    };
    let policy = [
        "version: 1\nrules:\n",
        &rule("action", &id, &literal),
        &rule("actor", "second", &literal),
        &rule("snapshot", "third", "true"),
    ]
    .concat();
    let old = Documents::from_strings(&schema, &policy, None);
    let converted = Conversion::new().convert(&old).unwrap();
    let new = Documents::from_strings(&converted.schema, &converted.policy, None);
    assert_eq!(names(&read(&old)), names(&read(&new)), "{converted:?}");
    assert_eq!(schema_mistakes(&converted.schema), [""; 0]);
    assert_eq!(policy_mistakes(&converted.policy), [""; 0]);
}

#[test]
fn names_that_mean_something_elsewhere_come_through() {
    let long = "x".repeat(3000);
    for name in [
        "",
        " ",
        ".",
        "..",
        "a.b",
        ".a",
        "a.",
        "~",
        "null",
        "yes",
        "1.0",
        "-",
        "<<",
        "=",
        "? a",
        "a: b",
        "# a",
        " a ",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "größe",
        "\u{202e}",
        "{a}",
        "[a]",
        "*a",
        "&a",
        "!!str",
        "@",
        "`",
        "%",
        "'",
        "\"",
        "actor",
        "action.type",
        "language",
        &long,
    ] {
        assert_comes_through(name, name, name, name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_comes_through(
        action in any::<String>(),
        field in any::<String>().prop_filter("the action's own type", |name| name != FieldRef::ACTION_TYPE),
        id in any::<String>().prop_filter("used below", |id| id != "second" && id != "third"),
        literal in any::<String>(),
    ) {
        prop_assume!(field != "other");
        assert_comes_through(&action, &field, &id, &literal);
    }
}
