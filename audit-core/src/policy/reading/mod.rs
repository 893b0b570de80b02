//! What the readers of both languages share: files as nodes, a log of what is wrong with them, and how it is said.

pub(in crate::policy) mod decode;
pub(in crate::policy) mod log;
pub(in crate::policy) mod misfit;
pub(in crate::policy) mod wording;

use super::model::PolicySet;
use super::problem::{Place, Problem, ProblemStage};
use super::yaml::{self, Document, Kind, Node};
use log::Log;

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

/// One file as nodes.
#[derive(Debug)]
pub(crate) struct File<'a> {
    /// Its name in messages.
    pub(crate) name: &'a str,
    /// What its text is made of.
    pub(crate) document: Document,
}

/// The files of one policy set as nodes.
#[derive(Debug)]
pub(crate) struct Files<'a> {
    /// What actions, actor and snapshot look like.
    pub(crate) schema: File<'a>,
    /// The rules.
    pub(crate) policy: File<'a>,
    /// What the rules themselves must look like.
    pub(crate) governance: Option<File<'a>>,
}

/// What reading a policy set gave.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The set; `None` if there was an error.
    pub(crate) set: Option<PolicySet>,
    /// Errors in the order of the stages and, inside one, in the order in which the reader meets them; then warnings.
    pub(crate) problems: Vec<Problem>,
    /// Where the rules of the set stand, in their order; empty in version 1.
    pub(crate) places: Vec<RulePlaces>,
}

/// Where the parts of one rule stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct RulePlaces {
    /// Its identifier.
    pub(crate) id: Place,
    /// Its scope.
    pub(crate) scope: Place,
    /// The fields that its comparisons compare, in the order of the text.
    pub(crate) atoms: Vec<Place>,
}

impl<'a> File<'a> {
    fn new(source: Source<'a>) -> Self {
        Self {
            name: source.name,
            document: yaml::read(source.text),
        }
    }

    /// Takes the file apart. `None` if there is an error in it, in its text or in what `read` makes of it.
    pub(crate) fn read<T>(
        self,
        stage: ProblemStage,
        read: impl FnOnce(&Node, &mut Log) -> T,
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        let mut log = Log::new(stage, self.name);
        // A text without a document is an empty map. A broken one that has none yet has nothing to look at.
        let nothing = self.document.failure.is_none().then(empty_map);
        let root = self.document.root.or(nothing);
        let value = root.map(|root| read(&root, &mut log));
        log.set_rule(None);
        // A break is met after everything before it.
        if let Some(failure) = self.document.failure {
            log.report_failure(failure);
        }
        let value = value.filter(|_| !log.failed());
        problems.extend(log.into_problems());
        value
    }
}

impl<'a> Files<'a> {
    /// Reads the texts as YAML, whatever is wrong with one of them.
    pub(crate) fn new(sources: &Sources<'a>) -> Self {
        Self {
            schema: File::new(sources.schema),
            policy: File::new(sources.policy),
            governance: sources.governance.map(File::new),
        }
    }

    /// Every file, with the stage that reads it.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&File<'a>, ProblemStage)> {
        let governance = self.governance.as_ref();
        [
            (&self.schema, ProblemStage::SchemaParse),
            (&self.policy, ProblemStage::PolicyParse),
        ]
        .into_iter()
        .chain(governance.map(|file| (file, ProblemStage::GovernanceParse)))
    }
}

impl Reading {
    /// Puts errors before warnings; a set with an error is none.
    pub(crate) fn new(
        set: Option<PolicySet>,
        mut problems: Vec<Problem>,
        places: Vec<RulePlaces>,
    ) -> Self {
        // The sort is stable: warnings keep their order too.
        problems.sort_by_key(|problem| problem.kind.is_warning());
        let refused = problems
            .first()
            .is_some_and(|problem| !problem.kind.is_warning());
        Self {
            set: set.filter(|_| !refused),
            problems,
            places,
        }
    }
}

fn empty_map() -> Node {
    Node {
        place: Place::START,
        tag: None,
        kind: Kind::Mapping([].into()),
        whole: true,
    }
}
