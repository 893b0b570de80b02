//! Policies from disk: a clear error or the whole set, never a part.

#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;

use audit_core::{Place, Policy, PolicyError, ProblemKind, ProblemStage, Runtime};
use support::{POLICY, SCHEMA, refund};
use tempfile::TempDir;

/// A policy directory with these files.
fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

fn complete() -> TempDir {
    directory(&[
        ("schema.yaml", SCHEMA.as_bytes()),
        ("policy.yaml", POLICY.as_bytes()),
    ])
}

fn refused(dir: &Path) -> PolicyError {
    Policy::from_dir(dir).unwrap_err()
}

fn files_of(error: &PolicyError) -> Vec<String> {
    let name = |file: &str| {
        Path::new(file)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    error
        .problems()
        .iter()
        .map(|problem| name(&problem.file))
        .collect()
}

#[test]
fn a_directory_and_the_same_texts_make_the_same_policy() {
    let dir = complete();
    let from_dir = Policy::from_dir(dir.path()).unwrap();
    let (schema, policy) = (
        dir.path().join("schema.yaml"),
        dir.path().join("policy.yaml"),
    );
    let from_files = Policy::from_files(&schema, &policy, None).unwrap();
    let digest = |policy: &Policy| format!("{policy:?}");
    assert_eq!(digest(&from_dir), digest(&support::policy()));
    assert_eq!(digest(&from_dir), digest(&from_files));
}

#[test]
fn every_missing_file_is_named_with_what_a_directory_holds() {
    let dir = tempfile::tempdir().unwrap();
    let error = refused(dir.path());
    assert_eq!(files_of(&error), ["schema.yaml", "policy.yaml"]);
    for problem in error.problems() {
        assert_eq!(problem.kind, ProblemKind::Unreadable);
        assert!(problem.message.starts_with("the file can't be read: "));
        assert_eq!(
            problem.hint.as_deref(),
            Some(
                "a policy directory holds `schema.yaml`, `policy.yaml` and perhaps `governance.yaml`"
            )
        );
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let error = refused(&dir.path().join("absent"));
    assert_eq!(error.first().unwrap().kind, ProblemKind::Unreadable);
}

#[test]
fn a_governance_file_that_is_there_and_can_not_be_read_is_not_the_same_as_none() {
    let dir = complete();
    fs::create_dir(dir.path().join("governance.yaml")).unwrap();
    let error = refused(dir.path());
    assert_eq!(files_of(&error), ["governance.yaml"]);
    let first = error.first().unwrap();
    assert_eq!(
        (first.kind, first.stage),
        (ProblemKind::Unreadable, ProblemStage::GovernanceParse)
    );
}

#[cfg(unix)]
#[test]
fn a_governance_file_whose_link_leads_nowhere_is_not_the_same_as_none() {
    let dir = complete();
    std::os::unix::fs::symlink("/absent/g.yaml", dir.path().join("governance.yaml")).unwrap();
    assert_eq!(files_of(&refused(dir.path())), ["governance.yaml"]);
}

#[test]
fn a_byte_that_is_not_utf_8_is_named_with_its_place() {
    let dir = complete();
    fs::write(
        dir.path().join("policy.yaml"),
        b"version: 1\n# \xc3\xa9\xff\nrules: []\n",
    )
    .unwrap();
    let error = refused(dir.path());
    let problem = error.first().unwrap();
    assert_eq!(problem.kind, ProblemKind::InvalidUtf8);
    let Some(Place { line, column, .. }) = problem.place else {
        panic!("no place");
    };
    assert_eq!((line, column), (2, 4));
    assert_eq!(problem.message, "byte 0xff at offset 15 is not UTF-8");
    assert_eq!(problem.hint.as_deref(), Some("save the file as UTF-8"));
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_for_its_length() {
    let dir = complete();
    let file = fs::File::create(dir.path().join("policy.yaml")).unwrap();
    file.set_len(50 * 1024 * 1024).unwrap();
    let error = refused(dir.path());
    let problem = error.first().unwrap();
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    assert!(problem.message.contains("bytes"), "{}", problem.message);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_before_it_is_opened() {
    let dir = complete();
    let file = dir.path().join("policy.yaml");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    let error = refused(dir.path());
    let problem = error.first().unwrap();
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    assert!(
        problem.message.contains("not a regular file"),
        "{}",
        problem.message
    );
}

#[test]
fn an_empty_file_is_refused() {
    for name in ["schema.yaml", "policy.yaml", "governance.yaml"] {
        let dir = complete();
        fs::write(dir.path().join(name), "").unwrap();
        let mut files = files_of(&refused(dir.path()));
        files.dedup();
        assert_eq!(files, [name]);
    }
}

#[test]
fn a_bad_reload_keeps_the_old_policy_and_its_digest() {
    let dir = complete();
    let policy = Policy::from_dir(dir.path()).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let before = runtime.policy();
    let bad: [(&str, &[u8]); 4] = [
        ("policy.yaml", b"rules: ["),
        ("policy.yaml", b"\xff"),
        ("schema.yaml", b"version: 1\n"),
        ("governance.yaml", b"governance: 7"),
    ];
    for (name, bytes) in bad {
        let broken = complete();
        fs::write(broken.path().join(name), bytes).unwrap();
        assert!(runtime.reload_dir(broken.path()).is_err(), "{name}");
        assert_eq!(runtime.policy(), before, "{name}");
        assert!(runtime.block(&refund(5000)));
    }
    assert!(runtime.reload_dir(dir.path().join("absent")).is_err());
    assert_eq!(runtime.policy(), before);
}

#[test]
fn a_good_reload_answers_from_the_new_files() {
    let dir = complete();
    let runtime = support::runtime();
    let before = runtime.policy();
    fs::write(
        dir.path().join("policy.yaml"),
        POLICY
            .replace("literal: 1000", "literal: 9000")
            .replace("literal: 500", "literal: 8000"),
    )
    .unwrap();
    let after = runtime.reload_dir(dir.path()).unwrap();
    assert_ne!(after.digest, before.digest);
    assert_eq!(runtime.policy(), after);
    assert!(runtime.allow(&refund(5000)));
}

#[test]
fn rules_that_violate_governance_are_not_put_in_place() {
    let dir = complete();
    let governance = "version: 1
governance:
  rules:
    - id: keep_approval
      select: {where: {effect: require_approval}}
      must: {forbid: true}
      error: nobody may ask for approval
";
    fs::write(dir.path().join("governance.yaml"), governance).unwrap();
    let runtime = support::runtime();
    let before = runtime.policy();
    let error = runtime.reload_dir(dir.path()).unwrap_err();
    let first = error.first().unwrap();
    assert_eq!(first.kind, ProblemKind::Governance);
    assert_eq!(first.rule.as_deref(), Some("keep_approval"));
    assert!(first.message.contains("nobody may ask for approval"));
    assert_eq!(runtime.policy(), before);
}
