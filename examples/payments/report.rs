//! What is shown: a line for each decision and each outcome as it happens, and a summary at the end.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit_core::{
    Decision, DecisionEvent, Effect, Event, Observer, ObserverStats, OutcomeEvent, Status,
};

/// Latencies are told for so many decisions, the latest ones: `--serve` may run for long.
const LATENCIES: usize = 100_000;

/// Where lines for a person go: a terminal, or in a test nowhere.
pub(crate) type Show = fn(&str);

/// Writes a line for a person. A reader who went away (`| head`) is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes a line about something that went wrong.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "payments: {line}");
}

/// Shows each decision and each outcome on a line.
pub(crate) struct Terminal(pub(crate) Show);

impl Observer for Terminal {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        (self.0)(&decision_line(event));
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        (self.0)(&outcome_line(event));
    }

    fn on_event(&self, event: &Event<'_>) {
        if event.name == "enforcement_violation" {
            (self.0)(&violation_line(event));
        }
    }
}

/// An attempt to reach another shop's books, on one line.
fn violation_line(event: &Event<'_>) -> String {
    let shop = event.tenant.as_deref().unwrap_or("nobody");
    let data = event.data.as_ref().map(ToString::to_string);
    format!("    violation by {shop}: {}", data.unwrap_or_default())
}

/// One decision on one line.
fn decision_line(event: &DecisionEvent<'_>) -> String {
    let mut line = format!(
        "    {:<14} {:<8} {:<13} ",
        verdict(event.decision),
        event.actor.id().unwrap_or("nobody"),
        event.action_type(),
    );
    for field in event.action.fields() {
        let _ = write!(line, "{}={} ", field.name, field.value);
    }
    let _ = write!(
        line,
        "by {}, {:.1} µs",
        rule(event.decision),
        micros(event.decision.duration)
    );
    if let Some(trace) = event.ambient.trace {
        let _ = write!(line, ", trace {:032x}", trace.trace_id());
    }
    line
}

/// What became of a call, with what it returned or what its error said.
fn outcome_line(event: &OutcomeEvent<'_>) -> String {
    let outcome = event.outcome;
    let mut line = format!("    {}", outcome.status);
    if event.status() != Status::Refused {
        let _ = write!(line, " in {:.1} µs", micros(outcome.duration));
    }
    if let Some(value) = &outcome.value {
        let _ = write!(line, ": {value}");
    }
    if let Some(error) = &outcome.error {
        let _ = write!(line, ": {error}");
    }
    line
}

/// A decision in the words of a till.
fn verdict(decision: &Decision<'_>) -> &'static str {
    match decision.effect {
        Effect::Allow => "allowed",
        Effect::Block => "blocked",
        Effect::RequireApproval => "needs approval",
    }
}

/// What decided.
fn rule<'d>(decision: &'d Decision<'_>) -> &'d str {
    match &decision.matched_rule {
        Some(rule) => rule,
        None if decision.is_indeterminate() => "(error)",
        None => "(no rule)",
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// What the summary is made of.
#[derive(Debug, Default)]
pub(crate) struct Report {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    effects: BTreeMap<&'static str, u64>,
    rules: BTreeMap<String, u64>,
    latencies: VecDeque<Duration>,
    outcomes: BTreeMap<&'static str, u64>,
    answers: BTreeMap<u16, u64>,
}

impl Report {
    /// Counts a decision or an outcome.
    pub(crate) fn count(&self, event: &Event<'_>) {
        let mut counts = self.counts();
        if let Some(outcome) = &event.outcome {
            *counts.outcomes.entry(outcome.status.as_str()).or_default() += 1;
        }
        let Some(decision) = event.decision.as_deref() else {
            return;
        };
        *counts.effects.entry(decision.effect.as_str()).or_default() += 1;
        *counts.rules.entry(rule(decision).to_owned()).or_default() += 1;
        if counts.latencies.len() == LATENCIES {
            counts.latencies.pop_front();
        }
        counts.latencies.push_back(decision.duration);
    }

    /// Counts one HTTP answer by its status.
    pub(crate) fn count_answer(&self, status: u16) {
        *self.counts().answers.entry(status).or_default() += 1;
    }

    /// The closing summary.
    pub(crate) fn summary(&self, observers: &[ObserverStats]) -> String {
        let counts = self.counts();
        let decisions: u64 = counts.effects.values().sum();
        let requests: u64 = counts.answers.values().sum();
        let mut text = format!("summary: {requests} requests, {decisions} decisions\n");

        section(
            &mut text,
            "by effect",
            Effect::WORDS
                .iter()
                .map(|word| (word, counts.effects.get(word).copied().unwrap_or(0))),
        );
        section(&mut text, "by rule", &counts.rules);
        section(&mut text, "by outcome", &counts.outcomes);
        section(&mut text, "by HTTP status", &counts.answers);
        text.push_str(&latency(counts.latencies.iter().copied().collect()));
        for lossy in observers.iter().filter(|stats| stats.events_dropped > 0) {
            let _ = writeln!(
                text,
                "observer `{}` missed {} events",
                lossy.name, lossy.events_dropped
            );
        }
        text.pop();
        text
    }

    /// Counts are whole after a panic elsewhere too.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A heading, and a count on each line below it.
fn section<N: std::fmt::Display, C: std::fmt::Display>(
    text: &mut String,
    heading: &str,
    lines: impl IntoIterator<Item = (N, C)>,
) {
    let _ = writeln!(text, "{heading}");
    for (name, count) in lines {
        let _ = writeln!(text, "  {name:<32}{count:>5}");
    }
}

/// How long the decisions took, resolvers included.
fn latency(mut latencies: Vec<Duration>) -> String {
    latencies.sort_unstable();
    // The nearest rank: the smallest value that so many percent of all do not exceed.
    let rank =
        |percent: usize| latencies.get((latencies.len() * percent).div_ceil(100).saturating_sub(1));
    let [Some(least), Some(median), Some(p99), Some(most)] = [0, 50, 99, 100].map(rank) else {
        return String::new();
    };
    format!(
        "time to decide\n  min {:.1} µs, median {:.1} µs, p99 {:.1} µs, max {:.1} µs\n",
        micros(*least),
        micros(*median),
        micros(*p99),
        micros(*most),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Report, latency};

    #[test]
    fn ranks_are_the_nearest_ones() {
        let text = latency((1..=200).rev().map(Duration::from_micros).collect());
        assert_eq!(
            text,
            "time to decide\n  min 1.0 µs, median 100.0 µs, p99 198.0 µs, max 200.0 µs\n"
        );
        let text = latency(vec![Duration::from_micros(7)]);
        assert_eq!(
            text,
            "time to decide\n  min 7.0 µs, median 7.0 µs, p99 7.0 µs, max 7.0 µs\n"
        );
    }

    #[test]
    fn a_summary_of_nothing_says_so() {
        let expected = "summary: 0 requests, 0 decisions\nby effect\n  allow                               0\n  \
                        block                               0\n  require_approval                    0\n\
                        by rule\nby outcome\nby HTTP status";
        assert_eq!(Report::default().summary(&[]), expected);
    }
}
