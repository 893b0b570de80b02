//! From shadow to enforced without touching business code.
//!
//! `cargo run --example rollout` sends the same traffic three times to the same functions: in shadow, where all of it
//! runs and policy's answers are only counted; enforced, where some is refused; and off. Between the passes one thing
//! changes, the mode of the runtime.
//!
//! Where things are: `business` the annotated functions, `policy/` the rules, `traffic` who calls what, `pass` one
//! pass and what was counted.

mod business;
mod pass;
#[cfg(test)]
mod tests;
mod traffic;

use std::error::Error;
use std::io::{self, Write};

use audit_core::{Mode, Policy, Runtime};

use pass::Pass;
use traffic::TRAFFIC;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = runtime()?;
    let report = audit_core::install(runtime.clone())?;
    let passes = [Mode::Shadow, Mode::Enforce, Mode::Off].map(|mode| pass::run(&runtime, mode));

    let mut out = io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    show(&passes, &mut out)?;
    Ok(())
}

fn runtime() -> Result<Runtime, Box<dyn Error>> {
    let policy = Policy::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rollout/policy"))?;
    Ok(Runtime::builder().policy(policy).build()?)
}

/// A table of the passes, and which rules did not allow what.
fn show(passes: &[Pass], out: &mut impl Write) -> io::Result<()> {
    let (calls, same) = (TRAFFIC.len(), pass::same_functions(passes));
    let functions = if same { "the same" } else { "other" };
    writeln!(
        out,
        "summary: {calls} calls in each mode, to {functions} functions"
    )?;
    writeln!(
        out,
        "{:<10}{:>8}{:>8}{:>8}",
        "mode", "judged", "ran", "refused"
    )?;
    for pass in passes {
        let (judged, ran, refused) = (pass.judged, pass.ran, pass.refusals.len());
        writeln!(
            out,
            "{:<10}{judged:>8}{ran:>8}{refused:>8}",
            pass.mode.as_str()
        )?;
    }
    for pass in passes.iter().filter(|pass| !pass.by_rule.is_empty()) {
        let obeyed = if pass.refusals.is_empty() {
            "it ran all the same"
        } else {
            "what is admitted was refused"
        };
        let mode = pass.mode;
        writeln!(out, "\n{mode}: not allowed, by rule; {obeyed}")?;
        for (rule, count) in &pass.by_rule {
            writeln!(out, "  {rule:<34}{count:>3}")?;
        }
        for refusal in &pass.refusals {
            writeln!(out, "  refused: {refusal}")?;
        }
    }
    Ok(())
}
