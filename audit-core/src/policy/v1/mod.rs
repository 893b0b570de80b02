//! Version 1 of the policy language: from three texts to a checked policy set.
//!
//! It answers as the Actra engine 0.7.8 does, whose reader stops at its first mistake; this one goes on and collects
//! every mistake, the first being the one that engine would have reported. The way of a text:
//!
//! `yaml` (nodes) → `schema` with `sensitive`, `rule`, `governance` (what stands there: `decode` where one form is accepted, `form`
//! where several are, `explain` and `clue` where none fits) → `demand` (the rules against governance) → `check`, `compare` (the
//! rules against the schema, which `names` makes quick to ask).

mod check;
mod clue;
mod compare;
mod comparison;
mod decode;
mod demand;
mod draft;
mod explain;
mod form;
mod governance;
mod names;
mod rule;
mod schema;
mod sensitive;
#[cfg(test)]
mod tests;

use super::model::{Language, PolicySet, Settings};
use super::problem::ProblemStage;
use super::reading::log::Log;
use super::reading::{Files, Reading};

/// Reads and checks a policy set.
///
/// All files are read whatever is wrong with one of them; a check runs if what it compares could be read.
pub(crate) fn read(files: Files<'_>) -> Reading {
    let mut problems = Vec::new();
    let policy_name = files.policy.name;
    let schema = files
        .schema
        .read(ProblemStage::SchemaParse, schema::read, &mut problems);
    let policy = files
        .policy
        .read(ProblemStage::PolicyParse, rule::read, &mut problems);
    let governance = files.governance.map(|file| {
        let stage = ProblemStage::GovernanceParse;
        (file.name, file.read(stage, governance::read, &mut problems))
    });
    let mut set = None;
    if let (Some(schema), Some(policy)) = (schema, policy) {
        if let Some((name, Some(demands))) = &governance {
            let mut log = Log::new(ProblemStage::Governance, name);
            demand::check(&policy, demands, &mut log);
            problems.extend(log.into_problems());
        }
        let mut log = Log::new(ProblemStage::Compile, policy_name);
        let version = policy.version;
        let rules = check::check(policy, &schema, &mut log);
        problems.extend(log.into_problems());
        let governance = governance
            .and_then(|(_, demands)| demands)
            .map(|demands| demands.governance);
        set = Some(PolicySet {
            language: Language::Version1,
            schema,
            version,
            settings: Settings::VERSION_1,
            rules,
            governance,
        });
    }
    Reading::new(set, problems, Vec::new())
}
