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
mod validate;

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
///
/// ```
/// use audit_core::cedar::CedarPolicy;
/// use audit_core::{Action, Actor, Effect, Evaluator, Request, Snapshot};
///
/// let policy = CedarPolicy::from_strings(
///     r#"
///     @id("support_refunds")
///     permit(principal, action == Action::"refund", resource) when { principal.role == "support" };
///
///     @id("large_refund")
///     @effect("require_approval")
///     @reason("above the limit of one person")
///     forbid(principal, action == Action::"refund", resource) when { context.action.amount > 100 };
///     "#,
///     None,
///     None,
/// )?;
/// let (action, snapshot) = (Action::new("refund").with("amount", 250), Snapshot::new());
/// let alice = Actor::new("alice").with("role", "support");
/// let verdict = policy.evaluate(&Request::new(&action, &alice, &snapshot))?;
/// assert_eq!(verdict.effect, Effect::RequireApproval);
/// assert_eq!(verdict.matched_rule.as_deref(), Some("large_refund"));
/// assert_eq!(verdict.reason.as_deref(), Some("above the limit of one person"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What policies read
///
/// | in a policy | what it is | where there is none |
/// | --- | --- | --- |
/// | `principal` | `Actor::"alice"`, by the actor's `id` | `Actor::""` |
/// | `principal.role` | a field of the actor, `id` and `on_behalf_of` among them | not there |
/// | `action` | `Action::"refund"`, by the action's type | `Action::""`, under a schema indeterminate |
/// | `resource` | `Resource::"order:77"`, by what the action is done to | `Resource::""` |
/// | `context.action.amount` | a field of the action | not there |
/// | `context.snapshot.frozen` | a part of the snapshot | not there |
/// | `context.tenant` | the tenant's name | not there |
///
/// The parts of the context stand apart, under the names that they have everywhere else: no field can pass for another's, as
/// an argument called `tenant` would for the tenant. An actor whose `id` is there and no text makes the decision
/// indeterminate; to take them for nobody would evade every policy about them.
///
/// Entities known beforehand (Cedar's JSON form) are groups, roles, resources with their attributes, or actors. An actor who
/// is known keeps parents, tags and attributes; what the request says of an attribute stands in place of what was known, and
/// one that it says to be null is not there. Under a schema, each must fit by itself.
///
/// The types are called `Actor`, `Action` and `Resource`, or as [`CedarPolicyBuilder`] says, or, under a schema, as the only
/// type that it accepts for the action in question is called.
///
/// # What values become
///
/// | value | in Cedar | under a schema also |
/// | --- | --- | --- |
/// | truth value, text | `Bool`, `String` | text: `ipaddr`, `datetime`, `duration`, `decimal`, or the entity of that identifier |
/// | whole number | `Long`; none above 2^63 - 1 | `decimal` |
/// | float | `decimal`, always; none with more than four digits behind the point, as few as tell it from every other float, or beyond 922337203685477.5807 | |
/// | list | a set: no order, each value once; none with a null in it | |
/// | map | a record | with the attributes that are declared |
/// | null | not there | |
///
/// **No value vanishes.** One that has no form in Cedar, or not the declared one, or that lies deeper than 32 lists and maps,
/// makes the decision indeterminate, whose error names its place and kind and never shows it. That holds for values that a
/// policy could read: of the rest, which is what no policy mentions or, under a schema, what is not declared, nothing is handed
/// over.
///
/// # What answers mean
///
/// | | effect | rule |
/// | --- | --- | --- |
/// | a `forbid` holds | `block` | the first such |
/// | else one with `@effect("require_approval")` holds, and something permits | `require_approval` | the first such |
/// | else a `permit` holds, and no such `forbid` | `allow` | the first such |
/// | else one with `@effect("require_approval")` holds | `require_approval` | the first such |
/// | else | `block` | none, by default |
///
/// A rule is called by its policy's `@id`, else `policy0` and so on, counted over all texts; the first is the first in the
/// texts. `@reason("..")` is the decision's reason. Other annotations mean nothing here; one that is nearly `@effect` is an
/// error. So an approval stands between the two plain words: a `forbid` that asks for one narrows what is permitted, a
/// `permit` that asks for one permits no more than that, and what nobody permits can't be approved.
///
/// **A policy that can't be evaluated** (it reads what is not there, say) is passed over by Cedar, so that a `forbid` would fail
/// open. Here it makes the decision indeterminate, and the error names the policy and the cause. Two refusals stand all the
/// same: that of a plain `forbid` that holds, and the approval that a `forbid` asks for where all that failed are such as
/// well. [`Decision::missing`](crate::Decision::missing) stays empty: Cedar does not say what was asked for.
///
/// # Under a schema
///
/// Every policy is held against it, strictly; a mistake is an error of [`CedarPolicyBuilder::build`]. So is every request: an
/// action that it does not know, a field that is missing or of another type makes the decision indeterminate. The fields of an
/// action's `context.action` are those that an annotated function records, and functions are held against them when a runtime is
/// installed. A schema that fits declares, per action, `context: { action: {..}, snapshot: {..}, tenant?: String }`, of which it
/// may leave out any part.
///
/// # What it costs
///
/// Policies, schema and entities are read once, on a thread of its own with a stack as deep as they nest. A decision takes time
/// for each policy, since Cedar asks them all, but not for each known entity. [`Evaluator::trace`] asks each policy by itself:
/// it shows which hold, not what they compared, as Cedar does not say.
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
