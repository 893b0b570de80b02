//! From shadow to enforced without touching business code.
//!
//! `cargo run --example rollout` sends the same traffic three times to the same functions: in shadow, where all of it
//! runs and policy's answers are only counted; as policy says, where some is refused; and off. Between the passes one
//! thing changes, the mode that is set for everything, and each change is an event that says who made it, when and why.
//!
//! Two rules are not so far yet, and the policy says so: one is in shadow, one is rolled out to a part of all people. What
//! they would say stands in the decisions of everybody else.
//!
//! Where things are: `business` the annotated functions, `policy/` the rules, `traffic` who calls what, `pass` one
//! pass and what was counted.

mod business;
mod pass;
#[cfg(test)]
mod tests;
mod traffic;

use std::io::{self, Write};

use audit_core::testing::capture;
use audit_core::{Event, EventKind, Mode, Policy, Runtime, Value};

use pass::Pass;
use traffic::TRAFFIC;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), BoxError> {
    let runtime = runtime()?;
    let report = audit_core::install(runtime.clone())?;
    let captured = capture(|| passes(&runtime));

    let mut out = io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    show(&captured.value?, &mut out)?;
    writeln!(out, "\nwhat was changed, as it is recorded")?;
    for told in captured.events.iter().filter_map(told) {
        writeln!(out, "  {told}")?;
    }
    Ok(())
}

/// The same traffic in three modes.
fn passes(runtime: &Runtime) -> Result<Vec<Pass>, BoxError> {
    Ok(vec![
        pass::run(runtime, Some(Mode::Shadow), "see what policy would say")?,
        pass::run(runtime, None, "policy says what it should")?,
        pass::run(runtime, Some(Mode::Off), "incident 4711")?,
    ])
}

/// What an event says of a change of mode, if it is one.
fn told(event: &Event<'_>) -> Option<String> {
    let (EventKind::Mode, Some(Value::Map(data))) = (event.kind, &event.data) else {
        return None;
    };
    let word = |name: &str| data.get(name).and_then(|value| value.as_str());
    let (by, target, reason) = (word("by")?, word("target")?, word("reason")?);
    let set = match word("to") {
        Some(to) => format!("set {to}"),
        None => "left it to policy".to_owned(),
    };
    Some(format!("{}: {by} {set} for {target}: {reason}", event.time))
}

fn runtime() -> Result<Runtime, BoxError> {
    let policy = Policy::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rollout/policy"))?;
    Ok(Runtime::builder().policy(policy).build()?)
}

/// A table of the passes, and which rules did not allow what.
fn show(passes: &[Pass], out: &mut impl Write) -> io::Result<()> {
    let (calls, same) = (TRAFFIC.len(), pass::same_functions(passes));
    let functions = if same { "the same" } else { "other" };
    writeln!(
        out,
        "summary: {calls} calls in each pass, to {functions} functions"
    )?;
    writeln!(
        out,
        "{:<10}{:>8}{:>8}{:>8}{:>8}",
        "mode", "judged", "ran", "refused", "would"
    )?;
    for pass in passes {
        let (judged, ran, refused) = (pass.judged, pass.ran, pass.refusals.len());
        let (mode, would) = (pass.name(), pass.would_by_rule.values().sum::<usize>());
        writeln!(out, "{mode:<10}{judged:>8}{ran:>8}{refused:>8}{would:>8}")?;
    }
    for pass in passes.iter().filter(|pass| !pass.by_rule.is_empty()) {
        let obeyed = if pass.refusals.is_empty() {
            "it ran all the same"
        } else {
            "what is admitted was refused"
        };
        writeln!(out, "\n{}: not allowed, by rule; {obeyed}", pass.name())?;
        for (rule, count) in &pass.by_rule {
            writeln!(out, "  {rule:<34}{count:>3}")?;
        }
        for (rule, count) in &pass.would_by_rule {
            writeln!(out, "  {rule:<34}{count:>3} more, were it enforced")?;
        }
        for refusal in &pass.refusals {
            writeln!(out, "  refused: {refusal}")?;
        }
    }
    Ok(())
}
