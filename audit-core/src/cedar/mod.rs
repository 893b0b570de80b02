//! Policies written in Cedar, behind [`Evaluator`] (feature `cedar`).

mod actor;
mod answer;
mod ask;
mod builder;
mod diagnose;
mod digest;
mod express;
mod known;
mod load;
mod problem;
mod reads;
mod rule;
mod schema;
mod shape;
mod source;
mod stack;
mod trace;
mod types;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cedar_policy::Authorizer;

use crate::decision::PolicyInfo;
use crate::evaluator::{EvaluateError, Evaluator, RuleTrace, Verdict};
use crate::request::Request;

use ask::World;
use known::Known;
use reads::Reads;
use rule::Rules;
use schema::Declared;
use source::Source;
use types::Types;

pub use builder::CedarPolicyBuilder;
pub use problem::{CedarError, CedarProblem, CedarProblemKind};

/// Policies written in [Cedar](https://www.cedarpolicy.com), read, checked and ready to be asked.
pub struct CedarPolicy {
    authorizer: Authorizer,
    sources: Vec<Source>,
    rules: Rules,
    reads: Reads,
    declared: Option<Declared>,
    known: Known,
    types: Types,
    info: PolicyInfo,
    warnings: Vec<CedarProblem>,
}

impl CedarPolicy {
    /// Everything a set of Cedar policies is made of, one by one.
    pub fn builder() -> CedarPolicyBuilder {
        CedarPolicyBuilder::default()
    }

    /// Reads and checks three texts: policies, a schema in either of Cedar's two forms, and entities as JSON.
    ///
    /// # Errors
    /// Every problem found, with its place.
    pub fn from_strings(
        policies: &str,
        schema: Option<&str>,
        entities: Option<&str>,
    ) -> Result<Self, CedarError> {
        let mut builder = Self::builder().policies("policies", policies);
        if let Some(schema) = schema {
            builder = builder.schema("schema", schema);
        }
        if let Some(entities) = entities {
            builder = builder.entities("entities", entities);
        }
        builder.build()
    }

    /// Reads and checks files: policies, a schema in either of Cedar's two forms, and entities as JSON.
    ///
    /// # Errors
    /// A file can't be read, or every problem found, with its place.
    pub fn from_files<P: AsRef<Path>>(
        policies: impl IntoIterator<Item = P>,
        schema: Option<&Path>,
        entities: Option<&Path>,
    ) -> Result<Self, CedarError> {
        let policies = policies.into_iter();
        let mut builder = policies.fold(Self::builder(), CedarPolicyBuilder::policy_file);
        if let Some(schema) = schema {
            builder = builder.schema_file(schema);
        }
        if let Some(entities) = entities {
            builder = builder.entities_file(entities);
        }
        builder.build()
    }

    /// Reads and checks a directory, as [`CedarPolicyBuilder::dir`] says.
    ///
    /// # Errors
    /// A file can't be read, or every problem found, with its place.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self, CedarError> {
        Self::builder().dir(dir).build()
    }

    /// What is legal but surely not meant: a policy that can never hold, an annotation that is nearly one of ours.
    pub fn warnings(&self) -> &[CedarProblem] {
        &self.warnings
    }

    /// How many policies there are.
    pub fn policy_count(&self) -> usize {
        self.rules.iter().count()
    }

    fn world(&self) -> World<'_> {
        World {
            types: &self.types,
            declared: self.declared.as_ref(),
            reads: &self.reads,
            known: &self.known,
        }
    }
}

impl Evaluator for CedarPolicy {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let asked = self.world().ask(request).map_err(EvaluateError::new)?;
        let ask = |policies| {
            self.authorizer
                .is_authorized(&asked.request, policies, &asked.entities)
        };
        let response = ask(&self.rules.all);
        answer::verdict(&self.rules, &self.sources, &response, || {
            self.rules.firm.as_ref().map(ask)
        })
    }

    fn info(&self) -> PolicyInfo {
        self.info
    }

    fn action_fields(&self, action: &str) -> Option<&[Arc<str>]> {
        let action = self.declared.as_ref()?.action(action)?;
        Some(&action.fields)
    }

    fn snapshot_fields(&self) -> Option<Vec<Arc<str>>> {
        Some(self.declared.as_ref()?.snapshot.clone())
    }

    fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        Some(self.declared.as_ref()?.names().to_vec())
    }

    fn trace(&self, request: &Request<'_>) -> Option<Vec<RuleTrace>> {
        let verdict = self.evaluate(request).ok()?;
        let asked = self.world().ask(request).ok()?;
        let decided = verdict.matched_rule.as_deref();
        Some(trace::trace(&self.rules, &self.authorizer, &asked, decided))
    }
}

impl fmt::Debug for CedarPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CedarPolicy")
            .field("digest", &self.info.digest)
            .field("version", &self.info.version)
            .field("policies", &self.policy_count())
            .finish_non_exhaustive()
    }
}
