//! [`Report`]: problems for a person, each with its line underlined.

use std::collections::HashMap;
use std::io;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use audit_core::{Documents, Place, Problem, ProblemStage};

use crate::console::Stream;
use crate::excerpt::{Excerpt, Lines};
use crate::mistake::Mistake;

/// The texts that problems point into.
#[derive(Clone, Copy)]
pub(crate) enum Texts<'d> {
    /// They could not be brought in: there are only places then.
    Unknown,
    /// Those of a policy.
    Policy(&'d Documents),
    /// That of one file.
    File(&'d str),
}

/// Writes problems, and counts them.
pub(crate) struct Report<'d> {
    texts: Texts<'d>,
    lines: HashMap<&'d str, Option<Lines<'d>>>,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

/// One problem, whoever found it.
struct Shown<'d> {
    level: Level<'static>,
    code: Option<&'static str>,
    message: &'d str,
    file: &'d str,
    place: Option<Place>,
    note: Option<String>,
    hint: Option<&'d str>,
}

impl<'d> Report<'d> {
    /// A report on these texts.
    pub(crate) fn new(texts: Texts<'d>) -> Self {
        Self {
            texts,
            lines: HashMap::new(),
            errors: 0,
            warnings: 0,
        }
    }

    /// Writes these problems of a policy, a blank line behind each.
    pub(crate) fn write(&mut self, problems: &'d [Problem], to: &mut Stream<'_>) -> io::Result<()> {
        problems.iter().try_for_each(|problem| {
            let level = if problem.kind.is_warning() {
                self.warnings += 1;
                Level::WARNING
            } else {
                self.errors += 1;
                Level::ERROR
            };
            let shown = Shown {
                level,
                code: Some(problem.kind.code()),
                message: &problem.message,
                file: &problem.file,
                place: problem.place,
                note: rule_of(problem),
                hint: problem.hint.as_deref(),
            };
            self.show(&shown, to)
        })
    }

    /// Writes these mistakes in a file, a blank line behind each.
    pub(crate) fn write_mistakes(
        &mut self,
        file: &'d str,
        mistakes: &'d [Mistake],
        to: &mut Stream<'_>,
    ) -> io::Result<()> {
        mistakes.iter().try_for_each(|mistake| {
            self.errors += 1;
            let shown = Shown {
                level: Level::ERROR,
                code: None,
                message: &mistake.message,
                file,
                place: mistake.place,
                note: None,
                hint: mistake.hint.as_deref(),
            };
            self.show(&shown, to)
        })
    }

    /// `2 errors, 1 warning`.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{}, {}",
            counted(self.errors, "error"),
            counted(self.warnings, "warning")
        )
    }

    fn show(&mut self, shown: &Shown<'d>, to: &mut Stream<'_>) -> io::Result<()> {
        let renderer = if to.styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let text = renderer.render(&[self.group(shown)]);
        to.text(format_args!("{text}\n\n"))
    }

    fn group(&mut self, shown: &Shown<'d>) -> Group<'d> {
        let mut title = shown.level.clone().primary_title(shown.message);
        if let Some(code) = shown.code {
            title = title.id(code);
        }
        let note = shown.note.as_deref();
        title
            .elements(self.location(shown.file, shown.place))
            .elements(note.map(|note| Level::NOTE.message(plain(note))))
            .elements(shown.hint.map(|hint| Level::HELP.message(plain(hint))))
    }

    /// Where it stands, and the line if it is at hand.
    fn location(&mut self, file: &'d str, place: Option<Place>) -> Vec<Element<'d>> {
        let origin = Origin::path(file);
        let Some(place) = place else {
            return vec![origin.into()];
        };
        let origin = origin
            .line(number(place.line))
            .char_column(number(place.column));
        match self.excerpt(file, place) {
            None => vec![origin.into()],
            // A snippet with a path counts the column itself, which is right in a whole line only.
            Some(excerpt) if excerpt.cut => vec![origin.into(), snippet(excerpt, place).into()],
            Some(excerpt) => vec![snippet(excerpt, place).path(file).into()],
        }
    }

    fn excerpt(&mut self, file: &'d str, place: Place) -> Option<Excerpt<'d>> {
        let texts = self.texts;
        let lines = self.lines.entry(file).or_insert_with(|| {
            let text = match texts {
                Texts::Unknown => None,
                Texts::Policy(documents) => documents.text_of(file),
                Texts::File(text) => Some(text),
            };
            text.map(Lines::new)
        });
        lines.as_ref()?.excerpt(place)
    }
}

/// The rule that a problem belongs to, unless its message names it.
fn rule_of(problem: &Problem) -> Option<String> {
    let rule = problem.rule.as_ref().map(|rule| format!("`{rule}`"))?;
    let noun = match problem.stage {
        ProblemStage::GovernanceParse | ProblemStage::Governance => "governance rule",
        _ => "rule",
    };
    (!problem.message.contains(rule.as_str())).then(|| format!("in {noun} {rule}"))
}

fn snippet(excerpt: Excerpt<'_>, place: Place) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(excerpt.line)
        .line_start(number(place.line))
        .annotation(AnnotationKind::Primary.span(excerpt.span))
}

/// Words of a user's file may hold characters that steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    normalize_untrusted_str(text)
}

fn number(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
