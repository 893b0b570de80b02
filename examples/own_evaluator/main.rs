//! A policy engine of one's own, in less than twenty lines: a change freeze.
//!
//! `cargo run --example own_evaluator` deploys two services on three days, before, in and after the freeze, as somebody on
//! call and as somebody who is not. `ChangeFreeze` decides, behind the same trait as policy files; the deployed function knows of
//! neither.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::io::{self, Write};
use std::ops::Range;

use audit_core::Effect::{Allow, Block, RequireApproval};
use audit_core::{
    Actor, Digest, EvaluateError, Evaluator, PolicyInfo, Refused, Request, Runtime, Scope,
    Snapshot, Verdict, admit,
};

/// Between two days nobody deploys, and people on call only what somebody approved; the status page is never frozen.
struct ChangeFreeze {
    days: Range<&'static str>,
    on_call: &'static [&'static str],
}

impl Evaluator for ChangeFreeze {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let Some(today) = request.snapshot.get("today").and_then(|day| day.as_str()) else {
            return Err(EvaluateError::new("the snapshot has no text `today`"));
        };
        let service = request.action.get("service").and_then(|name| name.as_str());
        let frozen = self.days.contains(&today) && service != Some("status");
        Ok(match request.actor.id() {
            _ if !frozen => Verdict::by_default(Allow),
            Some(id) if self.on_call.contains(&id) => Verdict::by_rule("on_call", RequireApproval),
            _ => Verdict::by_rule("freeze", Block).because("no changes"),
        })
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::new(Digest::default(), 2026)
    }
}

// The evaluator has no schema whose fields say what to capture: the attribute does.
#[admit(fields(service))]
fn deploy(service: &str) -> Result<String, Refused> {
    Ok(format!("{service} is out"))
}

/// A runtime for which it is this day.
fn runtime(today: Option<&'static str>) -> Result<Runtime, Box<dyn Error>> {
    let policy = ChangeFreeze {
        days: "2026-12-19".."2027-01-04",
        on_call: &["ada"],
    };
    let snapshot = today.map_or(Snapshot::new(), |day| Snapshot::new().with("today", day));
    let runtime = Runtime::builder()
        .policy(policy)
        .snapshot_resolver(move |_| Ok(snapshot.clone()));
    Ok(runtime.build()?)
}

/// Who deployed when, and what came of it.
type Deployed = (String, Result<String, Refused>);

/// Everybody deploys this service on each of these days.
fn deploy_on(
    service: &str,
    days: &[Option<&'static str>],
) -> Result<Vec<Deployed>, Box<dyn Error>> {
    let mut done = Vec::new();
    for day in days {
        let runtime = runtime(*day)?;
        for name in ["ada", "tim"] {
            let deployed =
                runtime.scope(|| Scope::new().actor(Actor::new(name)).run(|| deploy(service)));
            done.push((
                format!("{} {name} {service}", day.unwrap_or("no day")),
                deployed,
            ));
        }
    }
    Ok(done)
}

fn main() -> Result<(), Box<dyn Error>> {
    let days = ["2026-12-18", "2026-12-24", "2027-01-04"].map(Some);
    let mut done = deploy_on("web", &days)?;
    done.extend(deploy_on("status", &days)?);
    done.extend(deploy_on("web", &[None])?);
    let mut out = io::stdout().lock();
    for (when, deployed) in &done {
        match deployed {
            Ok(said) => writeln!(out, "{when}: {said}")?,
            Err(refused) => writeln!(out, "{when}: {refused}")?,
        }
    }
    let ran = done.iter().filter(|(_, deployed)| deployed.is_ok()).count();
    writeln!(out, "summary: {ran} of {} deployed", done.len())?;
    Ok(())
}
