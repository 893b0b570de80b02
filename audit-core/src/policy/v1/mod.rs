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
mod log;
mod misfit;
mod names;
mod rule;
mod schema;
mod sensitive;
#[cfg(test)]
mod tests;
mod wording;

pub(super) use wording::quoted;

use log::Log;

use super::model::{Language, PolicySet, Settings};
use super::problem::{Place, Problem, ProblemStage};
use super::yaml::{self, Kind, Node};

/// One file: its name in messages, and its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The path, or `schema`, `policy`, `governance` for text.
    pub(crate) name: &'a str,
    /// The whole text.
    pub(crate) text: &'a str,
}

/// The files of one policy set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    /// What actions, actor and snapshot look like.
    pub(crate) schema: Source<'a>,
    /// The rules.
    pub(crate) policy: Source<'a>,
    /// What the rules themselves must look like.
    pub(crate) governance: Option<Source<'a>>,
}

/// What reading a policy set gave.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The set; `None` if there was an error.
    pub(crate) set: Option<PolicySet>,
    /// Errors in the order of the stages and, inside one, in the order in which version 1 meets them; then warnings.
    pub(crate) problems: Vec<Problem>,
}

/// Reads and checks a policy set.
///
/// All files are read whatever is wrong with one of them; a check runs if what it compares could be read.
pub(crate) fn read(sources: &Sources<'_>) -> Reading {
    let mut problems = Vec::new();
    let schema = read_file(
        sources.schema,
        ProblemStage::SchemaParse,
        schema::read,
        &mut problems,
    );
    let policy = read_file(
        sources.policy,
        ProblemStage::PolicyParse,
        rule::read,
        &mut problems,
    );
    let governance = sources.governance.map(|source| {
        (
            source,
            read_file(
                source,
                ProblemStage::GovernanceParse,
                governance::read,
                &mut problems,
            ),
        )
    });
    let mut set = None;
    if let (Some(schema), Some(policy)) = (schema, policy) {
        if let Some((source, Some(demands))) = &governance {
            let mut log = Log::new(ProblemStage::Governance, source.name);
            demand::check(&policy, demands, &mut log);
            problems.extend(log.into_problems());
        }
        let mut log = Log::new(ProblemStage::Compile, sources.policy.name);
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
    // The sort is stable: warnings keep their order too.
    problems.sort_by_key(|problem| problem.kind.is_warning());
    let refused = problems
        .first()
        .is_some_and(|problem| !problem.kind.is_warning());
    Reading {
        set: set.filter(|_| !refused),
        problems,
    }
}

/// Reads one file. `None` if there is an error in it.
fn read_file<T>(
    source: Source<'_>,
    stage: ProblemStage,
    read: impl FnOnce(&Node, &mut Log) -> T,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut log = Log::new(stage, source.name);
    let document = yaml::read(source.text);
    // A text without a document is an empty map. A broken one that has none yet has nothing to look at.
    let nothing = document.failure.is_none().then(empty_map);
    let value = document.root.or(nothing).map(|root| read(&root, &mut log));
    log.set_rule(None);
    // A break is met after everything before it.
    if let Some(failure) = document.failure {
        log.report_failure(failure);
    }
    let value = value.filter(|_| !log.failed());
    problems.extend(log.into_problems());
    value
}

fn empty_map() -> Node {
    Node {
        place: Place {
            line: 1,
            column: 1,
            length: 0,
        },
        tag: None,
        kind: Kind::Mapping([].into()),
        whole: true,
    }
}
