//! Policy language 2: from two files as nodes to a checked policy set. `docs/language-2.md` says what it means.
//!
//! Strict where version 1 is not: a key that nothing reads, a value of another kind, an operator that can't apply is an
//! error. The way of a text: `shape` (maps with known keys, texts, words) → `schema`, `field` → `names` (the schema made
//! quick to ask) → `policy` (what holds for all rules) → `rule` with `scope`, `notes`, `rollout` → `condition` →
//! `comparison` with `subject`, `operator` and, behind it, `literal`, `expression`, `network`, `window`. `alias` has the words
//! that people bring along from elsewhere.

mod actor_id;
mod alias;
mod budget;
mod comparison;
mod condition;
mod expression;
mod field;
mod literal;
mod names;
mod network;
mod notes;
mod operand;
mod operator;
mod policy;
mod rollout;
mod rule;
mod schema;
mod scope;
mod shape;
mod subject;
#[cfg(test)]
mod tests;
mod window;
mod word;

use super::model::{Language, PolicySet};
use super::problem::{Place, Problem, ProblemKind, ProblemStage};
use super::reading::log::Log;
use super::reading::{File, Files, Reading};
use super::yaml::Node;
use names::Names;

/// Reads and checks a policy set. `readable` says of schema and policy whether they are in this language at all;
/// `problems` is what is known to be wrong already.
///
/// Both files are read whatever is wrong with one of them; rules are held against the schema if that could be read.
pub(crate) fn read(files: Files<'_>, readable: [bool; 2], mut problems: Vec<Problem>) -> Reading {
    let [schema_readable, policy_readable] = readable;
    let schema = read_file(
        files.schema,
        schema_readable,
        ProblemStage::SchemaParse,
        schema::read,
        &mut problems,
    );
    let request = names::request();
    let names = schema.as_ref().map(|schema| Names::new(schema, &request));
    let policy = read_file(
        files.policy,
        policy_readable,
        ProblemStage::PolicyParse,
        |node, log| policy::read(node, names.as_ref(), log),
        &mut problems,
    );
    if let Some(file) = &files.governance {
        refuse_governance(file, &mut problems);
    }
    let (Some(schema), Some(policy)) = (schema, policy) else {
        return Reading::new(None, problems, Vec::new());
    };
    let set = PolicySet {
        language: Language::Audit2,
        schema,
        version: policy.version,
        settings: policy.settings,
        rules: policy.rules,
        governance: None,
    };
    Reading::new(Some(set), problems, policy.places)
}

/// Reads one file; what is wrong with it is reported in the order of its lines.
fn read_file<T>(
    file: File<'_>,
    readable: bool,
    stage: ProblemStage,
    read: impl FnOnce(&Node, &mut Log) -> T,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut found = Vec::new();
    let value = readable
        .then(|| file.read(stage, read, &mut found))
        .flatten();
    found.sort_by_key(|problem| problem.place);
    problems.extend(found);
    value
}

fn refuse_governance(file: &File<'_>, problems: &mut Vec<Problem>) {
    let mut log = Log::new(ProblemStage::GovernanceParse, file.name);
    let message = "found a governance file, which language 2 does not have yet".to_owned();
    let hint = "remove it: nothing would hold the rules against it";
    let root = file.document.root.as_ref();
    log.report(
        ProblemKind::UnexpectedFile,
        root.map_or(Place::START, |root| root.place),
        message,
        Some(hint.to_owned()),
    );
    problems.extend(log.into_problems());
}
