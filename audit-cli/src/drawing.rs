//! [`Drawing`]: a problem for a person, with its line underlined.

use std::io;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use audit_core::Place;

use crate::console::{Stream, one_line};
use crate::excerpt::Excerpt;

/// A problem, whoever found it.
pub(crate) struct Drawing<'d> {
    pub(crate) warning: bool,
    pub(crate) code: Option<&'static str>,
    pub(crate) message: &'d str,
    pub(crate) file: &'d str,
    pub(crate) place: Option<Place>,
    /// The line of the place, if it is at hand.
    pub(crate) excerpt: Option<Excerpt<'d>>,
    pub(crate) note: Option<&'d str>,
    pub(crate) hint: Option<&'d str>,
}

impl Drawing<'_> {
    /// Writes it, and a blank line behind it.
    pub(crate) fn write(self, to: &mut Stream<'_>) -> io::Result<()> {
        let renderer = if to.styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let shown = renderer.render(&[self.group()]);
        to.text(format_args!("{shown}\n\n"))
    }
}

impl<'d> Drawing<'d> {
    fn group(self) -> Group<'d> {
        let level = if self.warning {
            Level::WARNING
        } else {
            Level::ERROR
        };
        let mut title = level.primary_title(self.message);
        if let Some(code) = self.code {
            title = title.id(code);
        }
        let note = self.note.map(|note| Level::NOTE.message(plain(note)));
        let hint = self.hint.map(|hint| Level::HELP.message(plain(hint)));
        title
            .elements(self.location())
            .elements(note)
            .elements(hint)
    }

    /// Where it stands, and the line.
    fn location(self) -> Vec<Element<'d>> {
        let file = one_line(self.file);
        let origin = Origin::path(file.clone());
        let Some(place) = self.place else {
            return vec![origin.into()];
        };
        let origin = origin
            .line(number(place.line))
            .char_column(number(place.column));
        match self.excerpt {
            None => vec![origin.into()],
            // A snippet with a path counts the column itself, which is right in a whole line only.
            Some(excerpt) if excerpt.cut => vec![origin.into(), snippet(excerpt, place).into()],
            Some(excerpt) => vec![snippet(excerpt, place).path(file).into()],
        }
    }
}

fn snippet(excerpt: Excerpt<'_>, place: Place) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(excerpt.line)
        .line_start(number(place.line))
        .annotation(AnnotationKind::Primary.span(excerpt.span))
}

/// Words of a user's file may hold characters that steer a terminal.
fn plain(text: &str) -> String {
    normalize_untrusted_str(text)
}

fn number(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
