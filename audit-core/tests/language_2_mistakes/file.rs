//! Which language a set is in, and what stands at the top of its files.

use audit_core::Policy;

use crate::language_2_mistakes::golden::{Case, SCHEMA, assert_golden, policy, schema};

const POLICY: &str = "language: audit/2\ndefault: block\nrules: []\n";
const VERSION_1: &str = "version: 1\nactions: {}\nactor: {fields: {}}\nsnapshot: {fields: {}}\n";

fn set(name: &str, schema: &str, policy: &str) -> Case {
    Case {
        name: name.to_owned(),
        schema: schema.to_owned(),
        policy: policy.to_owned(),
    }
}

#[test]
fn every_file_says_the_language() {
    assert_golden(
        "language",
        &[
            set("only the policy says it", VERSION_1, POLICY),
            set("only the schema says it", SCHEMA, "version: 1\nrules: []\n"),
            set(
                "one file says something else",
                SCHEMA,
                "language: rego\nrules: []\n",
            ),
            set(
                "a language of ours that does not exist",
                &SCHEMA.replace("audit/2", "audit/3"),
                "language: audit/3\nrules: [{}]\n",
            ),
            set(
                "a misspelled language",
                &SCHEMA.replace("audit/2", "aduit/2"),
                POLICY,
            ),
            set(
                "another case",
                &SCHEMA.replace("audit/2", "Audit/2"),
                POLICY,
            ),
            set(
                "a language of somebody else's is a key that version 1 ignores",
                &format!("language: cedar\n{VERSION_1}"),
                "version: 1\nrules: []\n",
            ),
            set("a file that breaks off before it says it", SCHEMA, "{"),
            set("an empty file", SCHEMA, ""),
        ],
    );
}

#[test]
fn a_governance_file_is_refused() {
    for governance in [
        "version: 1\ngovernance: {rules: []}\n",
        "language: audit/2\n",
        "",
    ] {
        let error = Policy::from_strings(SCHEMA, POLICY, Some(governance)).unwrap_err();
        let [problem] = error.problems() else {
            panic!("{error:?}");
        };
        assert_eq!(
            problem.to_string(),
            "governance:1:1: found a governance file, which language 2 does not have yet [P008]"
        );
        assert_eq!(
            problem.hint.as_deref(),
            Some("remove it: nothing would hold the rules against it")
        );
    }
}

#[test]
fn what_stands_at_the_top_of_a_file() {
    assert_golden(
        "top",
        &[
            policy("no default and no rules", "language: audit/2\n"),
            policy(
                "words that do not exist",
                "language: audit/2\ndefault: deny\ncombine: first-match\non_missing: ignore\non_error: block\nmode: shadw\nrules: []\n",
            ),
            policy(
                "keys that do not exist",
                "language: audit/2\ndefault: block\nrulez: []\ndefaults: block\nversion: 1\n",
            ),
            policy(
                "a key twice",
                "language: audit/2\ndefault: block\nrules: []\ndefault: allow\n",
            ),
            policy(
                "a version that is no number",
                "language: audit/2\ndefault: block\nversion: one\nrules: []\n",
            ),
            policy(
                "a version that is too large",
                "language: audit/2\ndefault: block\nversion: 4294967296\nrules: []\n",
            ),
            policy(
                "rules that are not there",
                "language: audit/2\ndefault: block\nrules:\n",
            ),
            policy(
                "rules that are no list",
                "language: audit/2\ndefault: block\nrules: {id: a}\n",
            ),
            policy(
                "rules that are no maps",
                "language: audit/2\ndefault: block\nrules: [a, 1, [], null]\n",
            ),
            policy(
                "modes of actions",
                "language: audit/2\ndefault: block\nrules: []\nmodes: {refnd: enforce, payout: on, refund: off, refund: shadow}\n",
            ),
            policy(
                "modes that are no map",
                "language: audit/2\ndefault: block\nrules: []\nmodes: [refund]\n",
            ),
            policy(
                "a tag of one's own, a merge key, a key that is no text",
                "language: audit/2\ndefault: !block\n<<: {version: 1}\n1: x\nrules: []\n",
            ),
            policy("no map at all", "[language: audit/2]"),
            schema("an empty schema", "language: audit/2\n"),
            schema(
                "keys of the schema",
                "language: audit/2\nactions: {}\nactors: {fields: {}}\nsnapshot: {filds: {}}\nresource: {}\n",
            ),
        ],
    );
}
