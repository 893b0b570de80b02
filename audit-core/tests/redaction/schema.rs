//! Classifications in a schema, and what is wrong with them.

use audit_core::{Evaluator, Policy, PolicyInfo, ProblemKind, ProblemStage};

const RULES: &str = "version: 1\nrules: []\n";

fn schema(action: &str, actor: &str) -> String {
    format!(
        "version: 1
actions:
  deploy: {{fields: {{token: string, card: string}}{action}}}
actor: {{fields: {{email: string}}{actor}}}
snapshot: {{fields: {{}}}}
"
    )
}

fn info(action: &str, actor: &str) -> PolicyInfo {
    Policy::from_strings(&schema(action, actor), RULES, None)
        .unwrap()
        .info()
}

/// The only problem: its kind, place, message and hint.
fn problem(action: &str, actor: &str) -> (ProblemKind, String, Option<String>) {
    let error = Policy::from_strings(&schema(action, actor), RULES, None).unwrap_err();
    let [problem] = error.problems() else {
        panic!("expected one problem: {error:?}");
    };
    assert_eq!(problem.stage, ProblemStage::SchemaParse);
    (problem.kind, problem.to_string(), problem.hint.clone())
}

#[test]
fn a_wrong_word_is_told_with_its_place_and_the_legal_words() {
    assert_eq!(
        problem(", sensitive: {token: maks}", ""),
        (
            ProblemKind::UnknownVariant,
            "schema:3:70: unknown redaction `maks`, expected one of `mask`, `hash`, `seal`, `drop` [P105]".to_owned(),
            Some("did you mean `mask`?".to_owned()),
        )
    );
}

#[test]
fn a_field_that_is_not_declared_is_told_with_those_that_are() {
    assert_eq!(
        problem("", ", sensitive: {emial: hash}"),
        (
            ProblemKind::UnknownField,
            "schema:4:46: unknown field `emial` in `sensitive` of `actor`, its `fields` are `email` [P204]".to_owned(),
            Some("did you mean `email`?".to_owned()),
        )
    );
}

#[test]
fn another_shape_is_told() {
    for (wrong, said) in [
        (
            "[token]",
            "found a list, expected `sensitive` of the action `deploy`, which is a map",
        ),
        (
            "mask",
            "found the text `mask`, expected `sensitive` of the action `deploy`, which is a map",
        ),
        (
            "{token: [mask]}",
            "found a list, expected redaction, one of `mask`, `hash`, `seal`, `drop`",
        ),
        (
            "{token: }",
            "unknown redaction ``, expected one of `mask`, `hash`, `seal`, `drop`",
        ),
        (
            "{token: mask, token: drop}",
            "found the key `token` twice in `sensitive` of the action `deploy`",
        ),
    ] {
        let (_, told, _) = problem(&format!(", sensitive: {wrong}"), "");
        assert!(told.contains(said), "{wrong}: {told}");
    }
}

#[test]
fn a_field_whose_own_declaration_is_wrong_is_not_called_unknown() {
    let wrong = schema(", sensitive: {token: mask}", "").replace("token: string", "token: strng");
    let error = Policy::from_strings(&wrong, RULES, None).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error:?}");
}

#[test]
fn nothing_classified_leaves_the_digest_as_it_was() {
    let plain = info("", "");
    assert_eq!(
        plain.digest.to_string(),
        "6f31fa9ef49eaed29edcef9be42efe27adfa900b2d7ead64138cb26a28acbb30",
        "of before there were classifications"
    );
    for nothing in [", sensitive: {}", ", sensitive: ", ", sensitive: null"] {
        assert_eq!(info(nothing, ""), plain, "{nothing}");
    }
}

#[test]
fn the_digest_says_what_is_classified_and_how() {
    let digests = [
        info("", ""),
        info(", sensitive: {token: mask}", ""),
        info(", sensitive: {token: hash}", ""),
        info(", sensitive: {card: mask}", ""),
        info("", ", sensitive: {email: mask}"),
    ];
    for (place, digest) in digests.iter().enumerate() {
        assert!(!digests[..place].contains(digest), "{place}");
    }
    assert_eq!(
        info(", sensitive: {token: mask, card: hash}", ""),
        info(", sensitive: {card: hash, token: mask}", "")
    );
}

#[test]
fn the_last_definition_of_an_action_is_the_one_that_counts() {
    let twice = "version: 1
actions:
  deploy: {fields: {token: string}, sensitive: {token: drop}}
  deploy: {fields: {token: string}}
actor: {fields: {}}
snapshot: {fields: {}}
";
    assert!(
        Policy::from_strings(twice, RULES, None)
            .unwrap()
            .classification()
            .is_empty()
    );
}
