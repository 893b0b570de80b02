//! Which language a set is in, and what stands at the top of its files.

use audit_core::Policy;

use crate::language_2_mistakes::golden::{Case, SCHEMA, assert_golden, policy, schema, table};

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
                "a language of somebody else's",
                &format!("language: cedar\n{VERSION_1}"),
                "version: 1\nrules: []\n",
            ),
            set("a file that breaks off before it says it", SCHEMA, "{"),
            set("an empty file", SCHEMA, ""),
        ],
    );
}

/// A set of version 1 both of whose files begin with this.
fn beginning_with(name: &str, line: &str) -> Case {
    set(
        name,
        &format!("{line}\n{VERSION_1}"),
        &format!("{line}\nversion: 1\nrules: []\n"),
    )
}

const LANGUAGES: &str = "
a number | language: 2
a number in quotes | language: '2'
a list | language: [audit/2]
a word without a slash | language: audit2
a number behind a point | language: audit/2.0
a number that does not exist | language: audit/1
another case | language: AUDIT/2
a blank at its end | language: 'audit/2 '
a map | language: {name: audit, version: 2}
an empty map | language: {}
null | language: null
nothing | language:
a boolean | language: true
a language that people speak | language: en
a key in another case | Language: audit/2
a key in capital letters | LANGUAGE: audit/2
a misspelled key | langauge: audit/2
a misspelled key and a number | langage: 2
a misspelled key and a list | languages: [audit/2]
a misspelled key and a misspelled language | laguage: aduit/2
a short key | lang: audit/2
";

#[test]
fn what_was_meant_to_say_the_language_is_not_ignored() {
    assert_golden("language_forms", &table(LANGUAGES, beginning_with));
}

#[test]
fn keys_that_only_look_like_the_language_stay_ignored_in_version_1() {
    for line in [
        "Language: english",
        "languages: [en, de]",
        "language_of_reasons: audit",
        "auditor: audit/2",
        "lang: 3",
    ] {
        let schema = format!("{line}\n{VERSION_1}");
        let policy = Policy::from_strings(&schema, "version: 1\nrules: []\n", None);
        assert!(policy.is_ok(), "{line}: {policy:?}");
    }
}

#[test]
fn a_governance_file_of_version_1_says_no_language_either() {
    let governance = "language: audit/3\nversion: 1\ngovernance: {rules: []}\n";
    let error =
        Policy::from_strings(VERSION_1, "version: 1\nrules: []\n", Some(governance)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "governance:1:11: unknown language `audit/3`, expected `audit/2` [P007]"
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
