//! Policies from disk: a clear error or the whole set, never a part.

use std::fs;

use audit_core::cedar::CedarPolicy;
use audit_core::{Evaluator, Runtime};
use tempfile::TempDir;

use super::{PERMIT, answer, problems, refund};

const SCHEMA: &str =
    "entity Actor, Resource; action refund appliesTo { principal: [Actor], resource: [Resource] };";

/// A directory with these files.
fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

/// What is refused, without the directory's own name.
fn refused(dir: &TempDir) -> Vec<String> {
    let own = dir.path().display().to_string();
    let problems = problems(CedarPolicy::from_dir(dir.path()));
    problems
        .into_iter()
        .map(|problem| problem.replace(&own, "DIR").replace('\\', "/"))
        .collect()
}

#[test]
fn a_directory_and_the_same_texts_make_the_same_policy() {
    let entities =
        "[{\"uid\": {\"type\": \"Actor\", \"id\": \"alice\"}, \"attrs\": {}, \"parents\": []}]";
    let forbid = "@id(\"closed\") forbid(principal, action, resource);";
    let dir = directory(&[
        ("b.cedar", forbid.as_bytes()),
        ("a.cedar", PERMIT.as_bytes()),
        ("app.cedarschema", SCHEMA.as_bytes()),
        ("entities.json", entities.as_bytes()),
        ("README.md", b"permit"),
    ]);
    let from_dir = CedarPolicy::from_dir(dir.path()).unwrap();
    let path = |name: &str| dir.path().join(name);
    let (schema, known) = (path("app.cedarschema"), path("entities.json"));
    let policies = [path("a.cedar"), path("b.cedar")];
    let from_files = CedarPolicy::from_files(policies, Some(&schema), Some(&known)).unwrap();
    let text = format!("{PERMIT}{forbid}");
    let from_strings = CedarPolicy::from_strings(&text, Some(SCHEMA), Some(entities)).unwrap();
    assert_eq!(from_dir.info(), from_files.info());
    assert_eq!(from_dir.info(), from_strings.info());
    assert_eq!(answer(&from_dir, &refund()), "block by closed");
}

#[test]
fn a_directory_without_policies_or_with_two_schemas_is_refused() {
    assert_eq!(
        refused(&directory(&[("x.cedarschema", SCHEMA.as_bytes())])),
        ["DIR: no policy, expected files whose names end in `.cedar` [missing]"]
    );
    let two = directory(&[
        ("a.cedar", PERMIT.as_bytes()),
        ("x.cedarschema", SCHEMA.as_bytes()),
        ("y.cedarschema.json", b"{}"),
    ]);
    assert_eq!(
        refused(&two),
        [
            "DIR: `x.cedarschema` and `y.cedarschema.json` are both a schema, expected at most one [missing]"
        ]
    );
}

#[test]
fn every_file_that_can_not_be_read_is_named() {
    let dir = directory(&[
        ("a.cedar", b"permit(principal, \xff"),
        ("b.cedar", PERMIT.as_bytes()),
    ]);
    fs::create_dir(dir.path().join("c.cedar")).unwrap();
    assert_eq!(
        refused(&dir),
        [
            "DIR/a.cedar: the file can't be read: stream did not contain valid UTF-8 [unreadable]",
            "DIR/c.cedar: the file can't be read: not a regular file [unreadable]",
        ]
    );
    let missing = dir.path().join("none");
    let problems = CedarPolicy::from_dir(&missing).unwrap_err();
    assert!(
        problems
            .to_string()
            .contains("none: the directory can't be read: "),
        "{problems}"
    );
    let problems = CedarPolicy::from_files([&missing], Some(&missing), Some(&missing)).unwrap_err();
    assert_eq!(problems.problems().len(), 3);
}

#[test]
fn a_file_that_is_too_long_is_refused_before_it_is_parsed() {
    let dir = directory(&[("a.cedar", &vec![b'\n'; (32 << 20) + 1])]);
    assert_eq!(
        refused(&dir),
        ["DIR/a.cedar: the file can't be read: it is longer than 32 MiB [unreadable]"]
    );
}

#[test]
fn a_problem_is_shown_with_the_file_it_is_in() {
    let dir = directory(&[
        ("a.cedar", PERMIT.as_bytes()),
        ("b.cedar", b"\n  permit(principal, action);"),
    ]);
    let refused = refused(&dir);
    assert!(refused[0].starts_with("DIR/b.cedar:2:27: "), "{refused:?}");
}

#[test]
fn a_runtime_keeps_its_policy_when_the_next_one_is_refused() {
    let dir = directory(&[("a.cedar", PERMIT.as_bytes())]);
    let runtime = Runtime::builder()
        .policy(CedarPolicy::from_dir(dir.path()).unwrap())
        .build()
        .unwrap();
    let before = runtime.policy();
    fs::write(dir.path().join("a.cedar"), "forbid(").unwrap();
    assert!(
        CedarPolicy::from_dir(dir.path())
            .map(|next| runtime.reload(next))
            .is_err()
    );
    assert_eq!(runtime.policy(), before);
    fs::write(
        dir.path().join("a.cedar"),
        "forbid(principal, action, resource);",
    )
    .unwrap();
    runtime.reload(CedarPolicy::from_dir(dir.path()).unwrap());
    assert_ne!(runtime.policy(), before);
}
