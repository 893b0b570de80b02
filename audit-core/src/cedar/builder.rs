//! [`CedarPolicyBuilder`]: everything a set of Cedar policies is made of.

use std::fmt;
use std::path::Path;

use cedar_policy::Authorizer;
use serde_json::{Value as Json, json};

use crate::decision::PolicyInfo;

use super::CedarPolicy;
use super::diagnose::diagnosed;
use super::digest::digest;
use super::known::Known;
use super::load::{Sources, read};
use super::problem::{CedarError, CedarProblem, CedarProblemKind};
use super::reads::Reads;
use super::rule::Rules;
use super::schema::Declared;
use super::source::{BASE_BYTES, Form, Source};
use super::stack::on_stack;
use super::types::{TypeNames, Types};
use super::validate::validate;

/// Everything a set of Cedar policies is made of. Only policies are required.
///
/// ```
/// use audit_core::cedar::CedarPolicy;
/// let policy = CedarPolicy::builder()
///     .policies("refund.cedar", r#"permit(principal in Group::"support", action == Action::"refund", resource);"#)
///     .entities(
///         "people.json",
///         r#"[{"uid": {"type": "User", "id": "alice"}, "attrs": {}, "parents": [{"type": "Group", "id": "support"}]}]"#,
///     )
///     .actor_type("User")
///     .version(3)
///     .build()?;
/// assert_eq!(policy.policy_count(), 1);
/// # Ok::<(), audit_core::cedar::CedarError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "nothing exists before `build`"]
pub struct CedarPolicyBuilder {
    sources: Sources,
    types: TypeNames,
    version: u32,
    /// Files that could not be read.
    problems: Vec<CedarProblem>,
}

impl CedarPolicyBuilder {
    /// Adds policies from text; messages call it by this name. Policies stand in the order in which they are added.
    pub fn policies(mut self, name: &str, text: &str) -> Self {
        self.sources.policies.push(Source::new(name, text));
        self
    }

    /// Adds policies from a file.
    pub fn policy_file(mut self, path: impl AsRef<Path>) -> Self {
        let source = read(path.as_ref(), &mut self.problems);
        self.sources.policies.extend(source);
        self
    }

    /// The schema from text, in either of Cedar's two forms; messages call it by this name.
    pub fn schema(mut self, name: &str, text: &str) -> Self {
        self.sources.schema = Some(Source::new(name, text));
        self
    }

    /// The schema from a file, in either of Cedar's two forms.
    pub fn schema_file(mut self, path: impl AsRef<Path>) -> Self {
        self.sources.schema = read(path.as_ref(), &mut self.problems);
        self
    }

    /// The entities that are known beforehand, such as groups, in Cedar's JSON form; messages call them by this name.
    pub fn entities(mut self, name: &str, json: &str) -> Self {
        self.sources.entities = Some(Source::new(name, json));
        self
    }

    /// The entities that are known beforehand, from a file.
    pub fn entities_file(mut self, path: impl AsRef<Path>) -> Self {
        self.sources.entities = read(path.as_ref(), &mut self.problems);
        self
    }

    /// What a directory holds: every file `*.cedar` in the order of their names, one `*.cedarschema` (or
    /// `*.cedarschema.json`) and `entities.json` if they are there. Directories in it are not read.
    pub fn dir(mut self, path: impl AsRef<Path>) -> Self {
        self.sources.add_dir(path.as_ref(), &mut self.problems);
        self
    }

    /// The entity type of actors. Without it: the only one that the schema accepts for the action, else `Actor`.
    pub fn actor_type(mut self, name: impl Into<String>) -> Self {
        self.types.actor = Some(name.into());
        self
    }

    /// The entity type of actions, such as `Bank::Action`. Without it: the only one in the schema, else `Action`.
    pub fn action_type(mut self, name: impl Into<String>) -> Self {
        self.types.action = Some(name.into());
        self
    }

    /// The entity type of resources. Without it: the only one that the schema accepts for the action, else `Resource`.
    pub fn resource_type(mut self, name: impl Into<String>) -> Self {
        self.types.resource = Some(name.into());
        self
    }

    /// The version that decisions bear beside the digest; 0 unless set.
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Reads and checks everything.
    ///
    /// # Errors
    /// Every problem found, with its place.
    pub fn build(self) -> Result<CedarPolicy, CedarError> {
        if !self.problems.is_empty() {
            return Err(CedarError::all(self.problems));
        }
        let mut problems = Vec::new();
        match self.stack_bytes() {
            Err(too_deep) => problems.extend(too_deep),
            Ok(bytes) => {
                let found = &mut problems;
                match on_stack(bytes, || self.read(found)) {
                    Ok(Some(mut policy))
                        if problems.iter().all(|found| found.kind.is_warning()) =>
                    {
                        policy.warnings = problems;
                        return Ok(policy);
                    }
                    Ok(_) => {}
                    Err(failed) => {
                        let message = format!("Cedar can't read it: {failed}");
                        let kind = CedarProblemKind::PolicySyntax;
                        problems.push(CedarProblem::new(kind, &"policies".into(), message));
                    }
                }
            }
        }
        Err(CedarError::all(problems))
    }

    /// The stack that reading takes.
    fn stack_bytes(&self) -> Result<usize, Vec<CedarProblem>> {
        let policies = self.sources.policies.iter();
        let policies = policies.map(|source| source.stack_bytes(Form::Policies));
        let others = self.sources.schema.iter().chain(&self.sources.entities);
        let others = others.map(|source| source.stack_bytes(Form::Declarations));
        let (mut most, mut problems) = (BASE_BYTES, Vec::new());
        for found in policies.chain(others) {
            match found {
                Ok(bytes) => most = most.max(bytes),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            Ok(most)
        } else {
            Err(problems)
        }
    }

    fn read(&self, problems: &mut Vec<CedarProblem>) -> Option<CedarPolicy> {
        let sources = &self.sources;
        let types = Types::read(&self.types, problems);
        let rules = Rules::read(&sources.policies, problems);
        if rules.iter().next().is_none() && problems.is_empty() {
            let message = "no policy, so that everything would be blocked";
            let kind = CedarProblemKind::Missing;
            problems.push(CedarProblem::new(kind, &"policies".into(), message));
        }
        let types = types?;
        let declared = sources.schema.as_ref();
        let declared = declared.and_then(|source| Declared::read(source, &types, problems));
        let schema = declared.as_ref().map(|declared| &declared.schema);
        let named = rules
            .iter()
            .flat_map(|(_, policy)| policy.entity_literals());
        let known = Known::read(sources.entities.as_ref(), schema, named, problems);
        if let (Some(schema), Some(source)) = (schema, &sources.schema) {
            problems.extend(validate(&rules, &sources.policies, schema, source));
        }
        let (reads, policies) = documents(&rules, &sources.policies, problems)?;
        let known = known?;
        let names = [&types.actor.name, &types.action.name, &types.resource.name];
        let document = json!({
            "policies": policies,
            "schema": declared.as_ref().map(|declared| &declared.json),
            "entities": known.to_json(),
            "types": names.map(ToString::to_string),
        });
        Some(CedarPolicy {
            authorizer: Authorizer::new(),
            info: PolicyInfo::new(digest(&document), self.version),
            sources: sources.policies.clone(),
            rules,
            reads,
            declared,
            known,
            types,
            warnings: Vec::new(),
        })
    }
}

/// What policies read, and all of them in Cedar's JSON form, in their order.
fn documents(
    rules: &Rules,
    sources: &[Source],
    problems: &mut Vec<CedarProblem>,
) -> Option<(Reads, Vec<Json>)> {
    let (mut reads, mut documents) = (Reads::default(), Vec::new());
    for (rule, policy) in rules.iter() {
        match policy.to_json() {
            Ok(written) => {
                reads.add_policy(&written);
                documents.push(json!({"id": &*rule.id, "policy": written}));
            }
            Err(error) => {
                let source = sources.get(rule.source)?;
                problems.extend(diagnosed(CedarProblemKind::PolicySyntax, source, &error));
            }
        }
    }
    Some((reads, documents))
}

impl fmt::Debug for CedarPolicyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.sources.policies.iter().map(|source| &source.name);
        f.debug_struct("CedarPolicyBuilder")
            .field("policies", &names.collect::<Vec<_>>())
            .field(
                "schema",
                &self.sources.schema.as_ref().map(|source| &source.name),
            )
            .field(
                "entities",
                &self.sources.entities.as_ref().map(|source| &source.name),
            )
            .finish_non_exhaustive()
    }
}
