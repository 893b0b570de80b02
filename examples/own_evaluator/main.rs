//! A policy engine of one's own, in less than twenty lines: a change freeze.
//!
//! `cargo run --example own_evaluator` deploys on three days, before, in and after the freeze, as somebody on call and as
//! somebody who is not. `ChangeFreeze` decides, behind the same trait as policy files; the deployed function knows of
//! neither.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::io::{self, Write};
use std::ops::Range;

use audit_core::{
    Actor, Digest, Effect, EvaluateError, Evaluator, PolicyInfo, Refused, Request, Runtime, Scope,
    Snapshot, Verdict, admit,
};

/// Between two days nobody deploys, and people on call only what somebody approved.
struct ChangeFreeze {
    days: Range<&'static str>,
    on_call: &'static [&'static str],
}

impl Evaluator for ChangeFreeze {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let Some(today) = request.snapshot.get("today").and_then(|day| day.as_str()) else {
            return Err(EvaluateError::new("the snapshot has no text `today`"));
        };
        let who = request.actor.id();
        let on_call = who.is_some_and(|id| self.on_call.contains(&id));
        Ok(match (self.days.contains(&today), on_call) {
            (false, _) => Verdict::by_default(Effect::Allow),
            (true, true) => Verdict::by_rule("on_call", Effect::RequireApproval),
            (true, false) => Verdict::by_rule("freeze", Effect::Block).because("no changes"),
        })
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::new(Digest::default(), 2026)
    }
}

#[admit]
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

/// Everybody deploys on each of these days.
fn deploy_on(days: &[Option<&'static str>]) -> Result<Vec<Deployed>, Box<dyn Error>> {
    let mut done = Vec::new();
    for day in days {
        let runtime = runtime(*day)?;
        for name in ["ada", "tim"] {
            let deployed =
                runtime.scope(|| Scope::new().actor(Actor::new(name)).run(|| deploy("web")));
            done.push((format!("{} {name}", day.unwrap_or("no day")), deployed));
        }
    }
    Ok(done)
}

fn main() -> Result<(), Box<dyn Error>> {
    let done = deploy_on(&[
        Some("2026-12-18"),
        Some("2026-12-24"),
        Some("2027-01-04"),
        None,
    ])?;
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
