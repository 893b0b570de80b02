//! The policy language: files → checked set → program → answers.
//!
//! `yaml` reads text with places, `v1` decodes and checks, `compile` arranges rules over `column`s and an
//! `index`, `explain` walks the long way for a person, `load` brings files in from disk.

mod atom;
mod column;
mod compile;
mod digest;
mod explain;
mod held;
mod index;
mod load;
mod model;
mod number;
mod ordered;
mod outline;
mod problem;
mod single;
mod v1;
mod yaml;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::decision::{Effect, PolicyInfo};
use crate::evaluator::{EvaluateError, Evaluator, RuleTrace, Verdict};
use crate::redaction::Sensitive;
use crate::request::Request;
use crate::value::Text;

use compile::Program;
use model::PolicySet;

pub use load::{Documents, GOVERNANCE_FILE, POLICY_FILE, SCHEMA_FILE};
pub use outline::RuleOutline;
pub use problem::{Place, PolicyError, Problem, ProblemKind, ProblemStage};

/// A compiled policy set, ready to be asked.
///
/// Answers as the Actra engine 0.7.8 does: rules of the action in file order, then global rules in file
/// order; the first match decides; no match allows.
///
/// Beside `fields` the schema may say which of them are kept out of records, and how (see
/// [`Redaction`](crate::Redaction)); rules compare them all the same:
///
/// ```yaml
/// actor:
///   fields: {role: string, email: string}
///   sensitive: {email: hash}
/// ```
///
/// ```
/// use audit_core::{Action, Actor, Effect, Evaluator, Policy, Request, Snapshot};
///
/// let policy = Policy::from_strings(
///     "version: 1
/// actions:
///   refund: {fields: {amount: number}}
/// actor: {fields: {role: string}}
/// snapshot: {fields: {}}
/// ",
///     "version: 1
/// rules:
///   - id: block_large
///     scope: {action: refund}
///     when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
///     effect: block
/// ",
///     None,
/// )?;
/// let action = Action::new("refund").with("amount", 5000);
/// let (actor, snapshot) = (Actor::anonymous(), Snapshot::new());
/// let request = Request::new(&action, &actor, &snapshot);
/// let verdict = policy.evaluate(&request)?;
/// assert_eq!(verdict.effect, Effect::Block);
/// assert_eq!(verdict.matched_rule.as_deref(), Some("block_large"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Policy {
    set: PolicySet,
    program: Program,
    info: PolicyInfo,
    /// The declared field names of each action, for callers that choose what to record.
    fields: Vec<(Arc<str>, Vec<Arc<str>>)>,
    warnings: Vec<Problem>,
}

impl Policy {
    /// Reads, checks and compiles three YAML texts.
    ///
    /// # Errors
    /// Every problem found, with its place; nothing is compiled.
    pub fn from_strings(
        schema: &str,
        policy: &str,
        governance: Option<&str>,
    ) -> Result<Self, PolicyError> {
        Self::from_documents(&Documents::from_strings(schema, policy, governance))
    }

    /// Reads, checks and compiles files.
    ///
    /// # Errors
    /// A file can't be read, or every problem found; nothing is compiled.
    pub fn from_files(
        schema: impl AsRef<Path>,
        policy: impl AsRef<Path>,
        governance: Option<&Path>,
    ) -> Result<Self, PolicyError> {
        Self::from_documents(&Documents::from_files(
            schema.as_ref(),
            policy.as_ref(),
            governance,
        )?)
    }

    /// Reads, checks and compiles a directory with `schema.yaml`, `policy.yaml` and, if it is there,
    /// `governance.yaml`.
    ///
    /// # Errors
    /// A file can't be read, or every problem found; nothing is compiled.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self, PolicyError> {
        Self::from_documents(&Documents::from_dir(dir.as_ref())?)
    }

    /// Reads, checks and compiles documents that were brought in before.
    ///
    /// # Errors
    /// Every problem found, with its place; nothing is compiled.
    pub fn from_documents(documents: &Documents) -> Result<Self, PolicyError> {
        let reading = v1::read(&documents.sources());
        match reading.set {
            Some(set) => Ok(Self::compile(set, reading.problems)),
            None => Err(PolicyError::all(reading.problems)),
        }
    }

    fn compile(set: PolicySet, warnings: Vec<Problem>) -> Self {
        let info = PolicyInfo {
            digest: digest::digest(&set),
            version: set.version,
        };
        let mut fields: Vec<_> = set
            .schema
            .actions
            .iter()
            .map(|(name, fields)| {
                (
                    Arc::clone(name),
                    fields.iter().map(|(name, _)| Arc::clone(name)).collect(),
                )
            })
            .collect();
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self {
            program: Program::new(&set),
            info,
            fields,
            set,
            warnings,
        }
    }

    /// What is legal but surely not meant: keys that are ignored, rules that never run.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Every rule in the order of the file, also those that no request can reach: what tests of the policy count.
    pub fn rules(&self) -> impl Iterator<Item = RuleOutline<'_>> {
        self.set.rules.iter().map(RuleOutline::of)
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.set.rules.len()
    }
}

impl Evaluator for Policy {
    #[inline]
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let mut verdict = Verdict::by_default(Effect::Allow);
        if let Some((id, effect)) = self.program.decide(request, &mut verdict.missing) {
            verdict.effect = *effect;
            verdict.matched_rule = Some(Text::from(id));
        }
        Ok(verdict)
    }

    fn info(&self) -> PolicyInfo {
        self.info
    }

    fn action_fields(&self, action: &str) -> Option<&[Arc<str>]> {
        let place = self
            .fields
            .binary_search_by(|(name, _)| (**name).cmp(action))
            .ok()?;
        self.fields.get(place).map(|(_, fields)| fields.as_slice())
    }

    fn snapshot_fields(&self) -> Option<Vec<Arc<str>>> {
        let declared = self.set.schema.snapshot.iter();
        Some(declared.map(|(name, _)| Arc::clone(name)).collect())
    }

    fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        Some(
            self.fields
                .iter()
                .map(|(name, _)| Arc::clone(name))
                .collect(),
        )
    }

    fn sensitive(&self) -> Sensitive {
        self.set.schema.sensitive.clone()
    }

    fn trace(&self, request: &Request<'_>) -> Option<Vec<RuleTrace>> {
        Some(explain::trace(&self.set, request))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("digest", &self.info.digest)
            .field("version", &self.info.version)
            .field("rules", &self.rule_count())
            .finish_non_exhaustive()
    }
}
