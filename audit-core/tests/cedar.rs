//! Cedar behind `Evaluator`: how a request is put, what answers mean, what is refused at load; and that every answer is
//! the one that `cedar-policy` gives when it is called directly.

#![cfg(test)]

#[path = "cedar/depth.rs"]
mod depth;
#[path = "cedar/direct.rs"]
mod direct;
#[path = "cedar/effect.rs"]
mod effect;
#[path = "cedar/failure.rs"]
mod failure;
#[path = "cedar/file.rs"]
mod file;
#[path = "cedar/gate.rs"]
mod gate;
#[path = "cedar/generate.rs"]
mod generate;
#[path = "cedar/identity.rs"]
mod identity;
#[path = "cedar/mapping.rs"]
mod mapping;
#[path = "cedar/plain.rs"]
mod plain;
#[path = "cedar/problem.rs"]
mod problem;
#[path = "cedar/schema.rs"]
mod schema;
#[path = "cedar/value.rs"]
mod value;

use audit_core::cedar::CedarPolicy;
use audit_core::{Action, Actor, Effect, Evaluator, Request, Snapshot};

/// What everybody may do, unless something forbids it.
const PERMIT: &str = "@id(\"open\") permit(principal, action, resource);";

/// A question, to be changed where a test is about a part of it.
#[derive(Clone, Debug, Default)]
struct Asked {
    action: Action<'static>,
    actor: Actor<'static>,
    snapshot: Snapshot<'static>,
    tenant: Option<&'static str>,
}

impl Asked {
    fn request(&self) -> Request<'_> {
        let request = Request::new(&self.action, &self.actor, &self.snapshot);
        match self.tenant {
            Some(tenant) => request.for_tenant(tenant),
            None => request,
        }
    }
}

/// Alice wants a refund of 50 on order 1.
fn refund() -> Asked {
    Asked {
        action: Action::new("refund").with("amount", 50).on("order:1"),
        actor: Actor::new("alice").with("role", "support"),
        ..Asked::default()
    }
}

fn with_action(action: Action<'static>) -> Asked {
    Asked { action, ..refund() }
}

fn with_actor(actor: Actor<'static>) -> Asked {
    Asked { actor, ..refund() }
}

fn policy(policies: &str) -> CedarPolicy {
    CedarPolicy::from_strings(policies, None, None).unwrap()
}

/// `block by large`, `allow`, or `indeterminate: policy ..`.
fn answer(policy: &CedarPolicy, asked: &Asked) -> String {
    match policy.evaluate(&asked.request()) {
        Ok(verdict) => match verdict.matched_rule {
            Some(rule) => format!("{} by {rule}", verdict.effect),
            None => verdict.effect.to_string(),
        },
        Err(error) => format!("indeterminate: {error}"),
    }
}

/// What one condition says about a question: whether it holds, or why nobody can tell.
fn holds(condition: &str, asked: &Asked) -> Result<bool, String> {
    let policy = policy(&format!(
        "permit(principal, action, resource) when {{ {condition} }};"
    ));
    let verdict = policy
        .evaluate(&asked.request())
        .map_err(|error| error.to_string())?;
    Ok(verdict.effect == Effect::Allow)
}

/// Every problem as it is shown, each with its hint.
fn problems(refused: Result<CedarPolicy, audit_core::cedar::CedarError>) -> Vec<String> {
    shown(refused.unwrap_err().problems())
}

fn shown(problems: &[audit_core::cedar::CedarProblem]) -> Vec<String> {
    let line = |problem: &audit_core::cedar::CedarProblem| match &problem.hint {
        Some(hint) => format!("{problem}\n  help: {hint}"),
        None => problem.to_string(),
    };
    problems.iter().map(line).collect()
}
