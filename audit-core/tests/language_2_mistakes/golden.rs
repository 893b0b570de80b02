//! Holds what the reader says against a golden file. `UPDATE_GOLDEN=1` writes the files; read each aloud before
//! accepting it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use audit_core::{Documents, Policy, Problem};

/// A schema with a field of every kind.
pub(crate) const SCHEMA: &str = "language: audit/2
actions:
  refund:
    fields:
      amount: decimal
      count: integer
      share: number
      urgent: boolean
      currency: string
      note: {type: string, optional: true}
      due: timestamp
      address: {type: map, optional: true, fields: {city: string, zip: {type: string, nullable: true}}}
      lines: {type: list, of: integer}
      dotted.name: string
  payout: {fields: {amount: decimal, count: {type: integer, optional: true}, currency: decimal}}
actor:
  fields: {id: string, role: string, groups: {type: list, of: string}, limit: decimal, level: integer}
snapshot:
  fields: {frozen_until: {type: timestamp, nullable: true}, zones: {type: list, of: string}}
";

/// One mistake, or several, by name.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) schema: String,
    pub(crate) policy: String,
}

/// A case about one rule, written in flow style.
pub(crate) fn rule(name: &str, rule: &str) -> Case {
    policy(
        name,
        &format!("language: audit/2\ndefault: block\nrules:\n  - {rule}\n"),
    )
}

/// A case about the condition of a rule for refunds.
pub(crate) fn condition(name: &str, when: &str) -> Case {
    policy(
        name,
        &format!(
            "language: audit/2\ndefault: block\nrules:\n  - id: a\n    scope: {{action: refund}}\n    effect: block\n    when: {when}\n"
        ),
    )
}

/// A case about the policy file.
pub(crate) fn policy(name: &str, policy: &str) -> Case {
    Case {
        name: name.to_owned(),
        schema: SCHEMA.to_owned(),
        policy: policy.to_owned(),
    }
}

/// A case about the schema file.
pub(crate) fn schema(name: &str, schema: &str) -> Case {
    Case {
        name: name.to_owned(),
        schema: schema.to_owned(),
        policy: "language: audit/2\ndefault: block\nrules: []\n".to_owned(),
    }
}

/// A case about one field of an action.
pub(crate) fn field(name: &str, field: &str) -> Case {
    schema(
        name,
        &format!("language: audit/2\nactions:\n  refund:\n    fields:\n      {field}\n"),
    )
}

/// Cases of one kind, a line each: `name | what it is made of`.
pub(crate) fn table(lines: &str, case: impl Fn(&str, &str) -> Case) -> Vec<Case> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    let parts = lines.map(|line| line.split_once(" | ").unwrap_or_else(|| panic!("{line}")));
    parts.map(|(name, text)| case(name.trim(), text)).collect()
}

/// A case about one comparison, written `field operator value`.
pub(crate) fn comparison(name: &str, words: &str) -> Case {
    let mut words = words.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    let (subject, operator, value) = (next(), next(), next());
    condition(
        name,
        &format!("{{subject: {subject}, operator: {operator}, value: {value}}}"),
    )
}

/// Fails unless the reader says of these cases what `golden/FILE.txt` says.
pub(crate) fn assert_golden(file: &str, cases: &[Case]) {
    let found = cases.iter().map(show).collect::<Vec<_>>().join("\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/language_2_mistakes/golden")
        .join(file)
        .with_extension("txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "`UPDATE_GOLDEN=1` accepts it");
}

/// The problems of a case, each below the line it is about.
fn show(case: &Case) -> String {
    let documents = Documents::from_strings(&case.schema, &case.policy, None);
    let problems = match Policy::from_documents(&documents) {
        Ok(policy) => policy.warnings().to_vec(),
        Err(error) => error.problems().to_vec(),
    };
    let mut shown = format!("## {}\n", case.name);
    if problems.is_empty() {
        shown.push_str("no problem\n");
    }
    for problem in &problems {
        show_problem(&documents, problem, &mut shown);
    }
    shown
}

fn show_problem(documents: &Documents, problem: &Problem, shown: &mut String) {
    if let Some(place) = problem.place {
        let text = documents.text_of(&problem.file).unwrap();
        let (line, column) = (place.line as usize, place.column as usize);
        let written = text.lines().nth(line - 1).unwrap_or_default();
        let marks = "^".repeat((place.length as usize).clamp(1, 100));
        writeln!(shown, "{written}\n{}{marks}", " ".repeat(column - 1)).unwrap();
    }
    let rule = problem
        .rule
        .as_deref()
        .map_or_else(String::new, |rule| format!(" of rule {rule}"));
    writeln!(shown, "{problem}{rule}").unwrap();
    if let Some(hint) = &problem.hint {
        writeln!(shown, "  help: {hint}").unwrap();
    }
}
