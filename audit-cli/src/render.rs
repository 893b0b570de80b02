//! [`Report`]: problems for a person, each with its line underlined.

use std::collections::HashMap;
use std::io;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use audit_core::{Documents, Place, Problem, ProblemStage};

use crate::console::Stream;
use crate::excerpt::{Excerpt, Lines};

/// Writes problems, and counts them.
pub(crate) struct Report<'d> {
    /// `None` where the documents themselves could not be brought in: there are only places then.
    documents: Option<&'d Documents>,
    lines: HashMap<&'d str, Option<Lines<'d>>>,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

impl<'d> Report<'d> {
    /// A report on these documents.
    pub(crate) fn new(documents: Option<&'d Documents>) -> Self {
        Self {
            documents,
            lines: HashMap::new(),
            errors: 0,
            warnings: 0,
        }
    }

    /// Writes these problems, a blank line behind each.
    pub(crate) fn write(&mut self, problems: &'d [Problem], to: &mut Stream<'_>) -> io::Result<()> {
        let renderer = if to.styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        for problem in problems {
            let count = if problem.kind.is_warning() {
                &mut self.warnings
            } else {
                &mut self.errors
            };
            *count += 1;
            let shown = renderer.render(&[self.group(problem)]);
            to.text(format_args!("{shown}\n\n"))?;
        }
        Ok(())
    }

    /// `2 errors, 1 warning`.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{}, {}",
            counted(self.errors, "error"),
            counted(self.warnings, "warning")
        )
    }

    fn group(&mut self, problem: &'d Problem) -> Group<'d> {
        let level = if problem.kind.is_warning() {
            Level::WARNING
        } else {
            Level::ERROR
        };
        let title = level
            .primary_title(problem.message.as_str())
            .id(problem.kind.code());
        let rule = problem.rule.as_ref().map(|rule| format!("`{rule}`"));
        // Most messages that are about the rule itself name it.
        let rule = rule.filter(|rule| !problem.message.contains(rule.as_str()));
        let noun = match problem.stage {
            ProblemStage::GovernanceParse | ProblemStage::Governance => "governance rule",
            _ => "rule",
        };
        let rule = rule.map(|rule| Level::NOTE.message(plain(&format!("in {noun} {rule}"))));
        let hint = problem
            .hint
            .as_ref()
            .map(|hint| Level::HELP.message(plain(hint)));
        title
            .elements(self.location(problem))
            .elements(rule)
            .elements(hint)
    }

    /// Where it stands, and the line if it is at hand.
    fn location(&mut self, problem: &'d Problem) -> Vec<Element<'d>> {
        let origin = Origin::path(&*problem.file);
        let Some(place) = problem.place else {
            return vec![origin.into()];
        };
        let origin = origin
            .line(number(place.line))
            .char_column(number(place.column));
        match self.excerpt(&problem.file, place) {
            None => vec![origin.into()],
            // A snippet with a path counts the column itself, which is right in a whole line only.
            Some(excerpt) if excerpt.cut => vec![origin.into(), snippet(excerpt, place).into()],
            Some(excerpt) => vec![snippet(excerpt, place).path(&*problem.file).into()],
        }
    }

    fn excerpt(&mut self, file: &'d str, place: Place) -> Option<Excerpt<'d>> {
        let documents = self.documents?;
        let lines = self
            .lines
            .entry(file)
            .or_insert_with(|| documents.text_of(file).map(Lines::new));
        lines.as_ref()?.excerpt(place)
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

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
