//! The policy language: files → checked set → program → answers.
//!
//! `yaml` reads text with places, `v1` and `v2` decode and check, `program` arranges rules over `column`s and an
//! `index`, `explain` walks the long way for a person over what `truth` says, `load` brings files in from disk.
//! `convert` turns version 1 into language 2, `json_schema` is what editors know of its files.

mod convert;
mod decimal;
mod digest;
mod explain;
mod json_schema;
mod language;
mod lint;
mod load;
mod model;
mod outline;
mod pattern;
mod problem;
mod program;
mod reading;
mod share;
mod truth;
mod undeclared;
mod v1;
mod v2;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::decision::{Mode, PolicyInfo};
use crate::evaluator::{EvaluateError, Evaluator, ModeSettings, RuleMode, RuleTrace, Verdict};
use crate::redaction::Classification;
use crate::request::Request;

use model::{OnError, PolicySet};
use program::{Overrides, Program};

pub use convert::{Conversion, ConvertError, ConvertNote, ConvertNoteKind, Converted};
pub use json_schema::{POLICY_FILE_JSON_SCHEMA, SCHEMA_FILE_JSON_SCHEMA};
pub use load::{Documents, GOVERNANCE_FILE, POLICY_FILE, SCHEMA_FILE};
pub use outline::RuleOutline;
pub use problem::{Place, PolicyError, Problem, ProblemKind, ProblemStage};
pub use undeclared::{Undeclared, UndeclaredKind};

/// A compiled policy set, ready to be asked.
///
/// Files of version 1 answer as the Actra engine 0.7.8 does: rules of the action in file order, then global rules in file
/// order; the first match decides; no match allows. Files of language 2 (`language: audit/2`) say themselves how rules
/// combine and what holds where none matches.
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
    set: Arc<PolicySet>,
    program: Program,
    /// The modes that were set for rules while the program runs.
    overrides: Overrides,
    info: PolicyInfo,
    /// The declared field names of each action, for callers that choose what to record.
    fields: Arc<ActionFields>,
    warnings: Arc<[Problem]>,
    /// Where the rules stand, for what is said of them later.
    places: Arc<lint::Places>,
}

/// The declared field names of each action, by its name.
type ActionFields = Vec<(Arc<str>, Vec<Arc<str>>)>;

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
        let sources = documents.sources();
        let reading = language::read(&sources);
        let Some(set) = reading.set else {
            return Err(PolicyError::all(reading.problems));
        };
        let places = lint::Places {
            file: sources.policy.name.into(),
            rules: reading.places,
        };
        Ok(Self::compile(set, reading.problems, places))
    }

    fn compile(set: PolicySet, warnings: Vec<Problem>, places: lint::Places) -> Self {
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
            program: Program::new(&set, &Overrides::new()),
            overrides: Overrides::new(),
            info,
            fields: Arc::new(fields),
            set: Arc::new(set),
            warnings: warnings.into(),
            places: Arc::new(places),
        }
    }

    /// What is legal but surely not meant: keys that are ignored, rules that never run.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Every rule in the order of the file, also those that no request can reach: what tests of the policy count.
    pub fn rules(&self) -> impl Iterator<Item = RuleOutline<'_>> {
        let settings = &self.set.settings;
        let rules = self.set.rules.iter();
        rules.map(move |rule| RuleOutline::of(rule, settings))
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.set.rules.len()
    }
}

impl Evaluator for Policy {
    #[inline]
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Ok(self.program.answer(request))
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

    fn declared_rules(&self) -> Option<Vec<Arc<str>>> {
        let rules = self.set.rules.iter();
        Some(rules.map(|rule| Arc::clone(&rule.id)).collect())
    }

    fn classification(&self) -> Classification {
        self.set.schema.classification.clone()
    }

    fn modes(&self) -> ModeSettings {
        let settings = &self.set.settings;
        let said = self.set.rules.iter().filter_map(|rule| {
            let notes = &rule.notes;
            let rollout = notes.rollout.as_ref();
            let said = RuleMode {
                mode: notes.mode,
                rollout: rollout.map(|rollout| rollout.percent.normalize().to_string()),
            };
            (said != RuleMode::default()).then(|| (Arc::clone(&rule.id), said))
        });
        ModeSettings {
            policy: settings.mode,
            actions: settings.modes.iter().cloned().collect(),
            rules: said.collect(),
        }
    }

    fn with_rule_modes(&self, overrides: &BTreeMap<Arc<str>, Mode>) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(Self {
            set: Arc::clone(&self.set),
            program: Program::new(&self.set, overrides),
            overrides: overrides.clone(),
            info: self.info,
            fields: Arc::clone(&self.fields),
            warnings: Arc::clone(&self.warnings),
            places: Arc::clone(&self.places),
        }))
    }

    fn allows_indeterminate(&self) -> bool {
        self.set.settings.on_error == OnError::Allow
    }

    fn could_enforce(&self, request: &Request<'_>) -> bool {
        self.program.has_promoted() && explain::could_enforce(&self.set, &self.overrides, request)
    }

    fn trace(&self, request: &Request<'_>) -> Option<Vec<RuleTrace>> {
        Some(explain::trace(&self.set, &self.overrides, request))
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
