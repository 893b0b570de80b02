//! [`read`]: from text to nodes, event by event.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::builder::{Builder, Head};
use super::input::TextInput;
use super::{Document, Failure, MAX_BYTES, MAX_MARKS, Tag, hint};
use crate::policy::problem::{Place, ProblemKind};

/// Reads the one document a text holds.
pub(crate) fn read(text: &str) -> Document {
    if let Some(failure) = refuse_size(text) {
        return Document {
            root: None,
            failure: Some(failure),
        };
    }
    // A byte order mark takes up a column: a map in block style then ends with its first line, as it does in Actra.
    let marked = text.strip_prefix('\u{feff}').map(|rest| format!(" {rest}"));
    let scanned = marked.as_deref().unwrap_or(text);
    let mut builder = Builder::default();
    let mut failure = build(scanned, &mut builder).err();
    if let (Some(failure), Some(_)) = (&mut failure, &marked) {
        let hint =
            "the text starts with a byte order mark, which shifts its first line: save it without";
        failure.hint = Some(hint.to_owned());
    }
    // What was too large is not looked at, not even in part.
    let too_large = failure
        .as_ref()
        .is_some_and(|failure| failure.kind == ProblemKind::TooLarge);
    let root = if too_large { None } else { builder.finish() };
    Document { root, failure }
}

/// How many halves of a mark a byte is.
const fn half_marks(byte: u8) -> usize {
    match byte {
        b',' | b':' | b'[' | b']' | b'{' | b'}' | b'?' | b'&' | b'*' | b'!' => 2,
        b'\'' | b'"' => 1,
        _ => 0,
    }
}

/// The limits that must hold before the scanner sees the text.
fn refuse_size(text: &str) -> Option<Failure> {
    let bytes = text.len();
    if bytes > MAX_BYTES {
        return Some(Failure::too_large(
            None,
            format!("the text has {bytes} bytes, at most {MAX_BYTES} are read"),
        ));
    }
    if bytes <= MAX_MARKS {
        return None;
    }
    // Counted in halves: quotes come in pairs.
    let halves: usize = text.bytes().map(half_marks).sum();
    let marks = halves / 2;
    let message =
        || format!("the text has {marks} marks such as `,` and `:`, at most {MAX_MARKS} are read");
    (marks > MAX_MARKS).then(|| Failure::too_large(None, message()))
}

/// Builds the first document, and looks whether there is a second.
fn build(text: &str, builder: &mut Builder) -> Result<(), Failure> {
    let events = Parser::new(TextInput::new(text));
    // Where a tag without a value ended: YAML 1.1 takes a bracket right behind it as part of the tag, which it forbids.
    let mut bare_tag_end: Option<Marker> = None;
    for event in events {
        let (event, span) = event.map_err(|error| broken(text, builder, &error))?;
        let touched = bare_tag_end.take();
        match event {
            Event::DocumentStart(_) if builder.is_complete() => {
                return Err(Failure::second_document(place(span)));
            }
            Event::Scalar(text, style, anchor, tag) => {
                bare_tag_end = (text.is_empty() && tag.is_some()).then_some(span.end);
                builder.scalar(
                    head(span, tag.as_deref(), anchor),
                    &text,
                    style == ScalarStyle::Plain,
                )?;
            }
            Event::SequenceStart(anchor, tag) => {
                builder.open(head(span, tag.as_deref(), anchor), false)?;
            }
            Event::MappingStart(anchor, tag) => {
                builder.open(head(span, tag.as_deref(), anchor), true)?;
            }
            Event::SequenceEnd | Event::MappingEnd if touched == Some(span.start) => {
                // The tag was the mistake: nothing stands where it stood.
                builder.retract();
                return Err(Failure::syntax(
                    place(span),
                    "found a bracket right behind a tag, expected a blank",
                ));
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(true)?,
            Event::Alias(anchor) => builder.alias(anchor, place(span))?,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

fn head(span: Span, tag: Option<&saphyr_parser::Tag>, anchor: usize) -> Head {
    let tag = tag.map(|tag| Box::new(Tag::new(&format!("{}{}", tag.handle, tag.suffix))));
    Head {
        place: place(span),
        tag,
        anchor,
    }
}

/// What the scanner stumbled over. Behind the end of the first document, anything is one document too many.
fn broken(text: &str, builder: &Builder, error: &ScanError) -> Failure {
    let place = place(Span::empty(*error.marker()));
    if builder.is_complete() {
        return Failure::second_document(place);
    }
    let place = hint::place(error.info(), place, text);
    let message = format!("not YAML: {}", hint::said(error.info()));
    Failure {
        hint: hint::hint(error.info()).map(ToOwned::to_owned),
        ..Failure::syntax(place, &message)
    }
}

/// The scanner counts lines from 1 and columns from 0.
fn place(span: Span) -> Place {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let same_line = span.start.line() == span.end.line();
    let length = if same_line {
        span.end.col().saturating_sub(span.start.col())
    } else {
        0
    };
    Place {
        line: number(span.start.line()),
        column: number(span.start.col() + 1),
        length: number(length),
    }
}
