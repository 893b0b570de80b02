//! What names a set of policies: the digest and the version.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use audit_core::cedar::{CedarPolicy, CedarPolicyBuilder};
use audit_core::{Digest, Evaluator};

use super::PERMIT;

const SCHEMA: &str = "entity Group; entity Actor in [Group] { role?: String }; entity Resource;
action refund appliesTo { principal: [Actor], resource: [Resource], context: { action: { amount: Long, fee?: decimal } } };";
const ENTITIES: &str = r#"[
  {"uid": {"type": "Actor", "id": "a"}, "attrs": {"role": "x"}, "parents": [{"type": "Group", "id": "g"}, {"type": "Group", "id": "h"}]},
  {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": []}
]"#;

fn builder() -> CedarPolicyBuilder {
    CedarPolicy::builder()
        .policies("p", PERMIT)
        .schema("s", SCHEMA)
        .entities("e", ENTITIES)
}

fn digest(builder: CedarPolicyBuilder) -> Digest {
    builder.build().unwrap().info().digest
}

fn of_policies(text: &str) -> Digest {
    digest(CedarPolicy::builder().policies("p", text))
}

#[test]
fn spelling_and_names_of_files_do_not_enter_the_digest() {
    let spelt = "// everybody\n@id(\n\"open\"\n)\n  permit ( principal , action,resource ) ; ";
    assert_eq!(of_policies(spelt), of_policies(PERMIT));
    let schema = SCHEMA.replace(
        "{ amount: Long, fee?: decimal }",
        "{\n fee?: decimal,\n \"amount\": Long } // x\n",
    );
    let entities = r#"[
      {"uid": {"type": "Group", "id": "g"}, "parents": [], "attrs": {}},
      {"attrs": {"role": "x"}, "uid": {"type": "Actor", "id": "a"}, "parents": [{"type": "Group", "id": "h"}, {"type": "Group", "id": "g"}]}
    ]"#;
    let other = CedarPolicy::builder()
        .policies("q", spelt)
        .schema("t", &schema)
        .entities("f", entities);
    assert_eq!(digest(other), digest(builder()));
}

#[test]
fn whatever_changes_an_answer_changes_the_digest() {
    let mut seen = BTreeSet::new();
    let all = [
        builder(),
        builder().policies("q", "forbid(principal, action, resource);"),
        builder().schema("s", &SCHEMA.replace("amount: Long", "amount?: Long")),
        builder().entities("e", &ENTITIES.replace("\"x\"", "\"y\"")),
        builder().entities("e", "[]"),
        CedarPolicy::builder().policies("p", PERMIT),
        CedarPolicy::builder()
            .policies("p", PERMIT)
            .actor_type("User"),
        CedarPolicy::builder()
            .policies("p", PERMIT)
            .resource_type("User"),
        CedarPolicy::builder()
            .policies("p", PERMIT)
            .action_type("Bank::Action"),
    ];
    for (number, builder) in all.into_iter().enumerate() {
        assert!(seen.insert(digest(builder)), "number {number}");
    }
    for text in [
        "permit(principal, action, resource); @id(\"b\") permit(principal, action, resource);",
        "@id(\"b\") permit(principal, action, resource); permit(principal, action, resource);",
        "@id(\"open\") @effect(\"require_approval\") permit(principal, action, resource);",
        "@id(\"open\") @reason(\"why\") permit(principal, action, resource);",
        "@id(\"open\") permit(principal, action, resource) when { 1 == 1 };",
        "@id(\"open\") permit(principal, action, resource) when { 1 == 2 };",
    ] {
        assert!(seen.insert(of_policies(text)), "{text}");
    }
}

#[test]
fn the_version_stands_beside_the_digest() {
    assert_eq!(builder().build().unwrap().info().version, 0);
    let seventh = builder().version(7).build().unwrap().info();
    assert_eq!((seventh.version, seventh.digest), (7, digest(builder())));
}

#[test]
fn the_digest_is_the_same_in_every_build_and_every_process() {
    const CHILD: &str = "AUDIT_CORE_TEST_CEDAR_DIGEST";
    let (mut entities, mut schema) = (
        String::from("["),
        String::from("entity Actor in [Group]; entity Resource; entity Group;"),
    );
    for number in 0..30 {
        let parents: Vec<String> = (0..9)
            .map(|parent| format!("{{\"type\": \"Group\", \"id\": \"g{}\"}}", number * parent))
            .collect();
        let comma = if number == 0 { "" } else { "," };
        write!(
            entities,
            "{comma}{{\"uid\": {{\"type\": \"Actor\", \"id\": \"a{number}\"}}, \"attrs\": {{}}, \"parents\": [{}]}}",
            parents.join(",")
        )
        .unwrap();
        writeln!(
            schema,
            "action a{number} appliesTo {{ principal: [Actor], resource: [Resource] }};"
        )
        .unwrap();
    }
    entities.push(']');
    let digests: BTreeSet<Digest> = (0..10)
        .map(|_| {
            digest(
                CedarPolicy::builder()
                    .policies("p", PERMIT)
                    .schema("s", &schema)
                    .entities("e", &entities),
            )
        })
        .collect();
    let [digest] = digests.iter().collect::<Vec<_>>()[..] else {
        panic!("{digests:?}");
    };
    if std::env::var_os(CHILD).is_some() {
        println!("digest={digest}");
        return;
    }
    for _ in 0..3 {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "identity::the_digest_is_the_same_in_every_build_and_every_process",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.contains(&format!("digest={digest}")), "{output}");
    }
}
