//! A report for a person: each problem with its line underlined, then what the policy is, then how many problems.

use std::io;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use audit_core::{Place, Problem};

use super::{Report, Severity, counted, rule_note};
use crate::console::Stream;
use crate::excerpt::{Excerpt, Excerpts};

/// Writes a report, a blank line behind each problem.
pub(super) fn write(report: &Report<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let renderer = if to.styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut excerpts = Excerpts::new(report.documents);
    for problem in report.problems {
        let shown = renderer.render(&[group(problem, excerpts.of(problem))]);
        to.text(format_args!("{shown}\n\n"))?;
    }
    if let Some(sound) = &report.sound {
        let rules = counted(sound.rules, "rule");
        to.line(format_args!(
            "{rules}, version {}, digest {}",
            sound.version, sound.digest
        ))?;
    }
    let errors = counted(report.counts.errors, "error");
    let warnings = counted(report.counts.warnings, "warning");
    to.line(format_args!("{errors}, {warnings}"))
}

fn group<'d>(problem: &'d Problem, excerpt: Option<Excerpt<'d>>) -> Group<'d> {
    let level = match Severity::from(problem.kind) {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(problem.message.as_str())
        .id(problem.kind.code());
    let rule = rule_note(problem).map(|note| Level::NOTE.message(plain(&note)));
    let hint = problem
        .hint
        .as_ref()
        .map(|hint| Level::HELP.message(plain(hint)));
    title
        .elements(location(problem, excerpt))
        .elements(rule)
        .elements(hint)
}

/// Where it stands, and the line if it is at hand.
fn location<'d>(problem: &'d Problem, excerpt: Option<Excerpt<'d>>) -> Vec<Element<'d>> {
    let origin = Origin::path(&*problem.file);
    let Some(place) = problem.place else {
        return vec![origin.into()];
    };
    let origin = origin
        .line(number(place.line))
        .char_column(number(place.column));
    match excerpt {
        None => vec![origin.into()],
        // A snippet with a path counts the column itself, which is right in a whole line only.
        Some(excerpt) if excerpt.cut => vec![origin.into(), snippet(excerpt, place).into()],
        Some(excerpt) => vec![snippet(excerpt, place).path(&*problem.file).into()],
    }
}

fn snippet(excerpt: Excerpt<'_>, place: Place) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(excerpt.line)
        .line_start(number(place.line))
        .annotation(AnnotationKind::Primary.span(excerpt.span))
}

/// Words of a policy file may hold characters that steer a terminal.
fn plain(text: &str) -> String {
    normalize_untrusted_str(text)
}

fn number(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
