//! [`read`]: from text to nodes, event by event.

use audit_core::{Place, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::builder::Builder;
use super::scalar::Words;
use super::{Content, Node};
use crate::mistake::{Mistake, quoted};

/// Reads the one document a text holds; `None` if there is nothing in it, or the text broke off.
pub(crate) fn read(text: &str, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let outcome = build(Parser::new_from_str(text), &mut builder);
    mistakes.append(&mut builder.mistakes);
    match outcome {
        Ok(()) => builder.finish(),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    }
}

/// Builds the first document, and looks whether there is a second.
fn build(events: Parser<'_, StrInput<'_>>, builder: &mut Builder) -> Result<(), Mistake> {
    let mut words = Words::default();
    for event in events {
        let (event, span) = event.map_err(|error| broken(&error))?;
        let place = place(span);
        match event {
            Event::DocumentStart(_) if builder.is_complete() => {
                let message = "found a second document, expected one";
                return Err(Mistake::at(place, message));
            }
            Event::Scalar(word, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let value = value(&word, plain, tag.as_deref(), place, &mut words);
                // What stands in place of a mistaken value matters to nobody: nothing of the suite is run.
                let value = value.unwrap_or_else(|mistake| {
                    builder.mistakes.push(mistake);
                    Value::Null
                });
                let content = Content::Scalar(value);
                builder.scalar(Node { place, content }, anchor);
            }
            Event::SequenceStart(anchor, tag) => {
                builder.mistakes.extend(tag.map(|tag| odd_tag(&tag, place)));
                builder.open(place, anchor, false)?;
            }
            Event::MappingStart(anchor, tag) => {
                builder.mistakes.extend(tag.map(|tag| odd_tag(&tag, place)));
                builder.open(place, anchor, true)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(),
            Event::Alias(anchor) => builder.alias(anchor, place)?,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

/// What a scalar stands for.
fn value(
    word: &str,
    plain: bool,
    tag: Option<&Tag>,
    place: Place,
    words: &mut Words,
) -> Result<Value<'static>, Mistake> {
    match tag {
        None if plain => words.resolve(word).ok_or_else(|| {
            let message = format!("the number {} does not fit 64 bits", quoted(word));
            let hint = "a `decimal` of a policy may be written as a text, in quotes".to_owned();
            Mistake::at(place, message).helped(hint)
        }),
        None => Ok(words.text(word)),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Ok(words.text(word)),
        Some(tag) => Err(odd_tag(tag, place)),
    }
}

fn odd_tag(tag: &Tag, place: Place) -> Mistake {
    let written = format!("{}{}", tag.handle, tag.suffix);
    let message = format!(
        "found the tag {}, expected none or `!!str`",
        quoted(&written)
    );
    Mistake::at(place, message)
}

/// What the scanner stumbled over.
fn broken(error: &ScanError) -> Mistake {
    let indentation = error.info().starts_with("invalid indentation");
    let hint = "indent every line, inside brackets too, deeper than the key it belongs to";
    let message = format!("not YAML: {}", error.info());
    Mistake::at(place(Span::empty(*error.marker())), message)
        .helped(indentation.then(|| hint.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first mistake of a text.
    fn mistake(text: &str) -> Mistake {
        let mut mistakes = Vec::new();
        read(text, &mut mistakes);
        mistakes.into_iter().next().expect(text)
    }

    fn root(text: &str) -> Node {
        let mut mistakes = Vec::new();
        let root = read(text, &mut mistakes);
        assert_eq!(mistakes, []);
        root.unwrap()
    }

    #[test]
    fn quotes_make_a_text_of_a_number() {
        let shown = root("[5, '5', !!str 5, \"0.10\"]").value().to_string();
        assert_eq!(shown, r#"[5, "5", "5", "0.10"]"#);
    }

    #[test]
    fn lists_and_maps_inside_each_other_keep_what_is_theirs() {
        let text = "{a: [1, [2, {b: 3, c: []}], 4], d: {e: {}, f: [[5], 6]}}";
        let shown = root(text).value().to_string();
        let expected = r#"{"a": [1, [2, {"b": 3, "c": []}], 4], "d": {"e": {}, "f": [[5], 6]}}"#;
        assert_eq!(shown, expected);
    }

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let root = root("é: 1\nb:\n  - xyz\n");
        let (key, list) = &root.entries().unwrap()[1];
        assert_eq!((key.place.line, key.place.column), (2, 1));
        let item = list.items().unwrap()[0].place;
        assert_eq!((item.line, item.column, item.length), (3, 5, 3));
    }

    #[test]
    fn an_alias_is_its_target_at_its_own_place() {
        let root = root("a: &x [1, 2]\nb: *x\n");
        let (_, alias) = &root.entries().unwrap()[1];
        assert_eq!(alias.items().unwrap().len(), 2);
        assert_eq!((alias.place.line, alias.place.column), (2, 4));
    }

    #[test]
    fn every_key_that_is_odd_or_stands_twice_is_told() {
        let mut mistakes = Vec::new();
        read("{a: 1, a: 2, 5: 3, b: {c: 1, c: 2}}", &mut mistakes);
        let told: Vec<&str> = mistakes.iter().map(|one| one.message.as_str()).collect();
        let expected = [
            "the key `c` stands twice, first on line 1",
            "the key `a` stands twice, first on line 1",
            "found the number `5` as a key, expected a text",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_not_one_document_of_plain_data_is_refused() {
        for (text, told) in [
            ("a: [1", "not YAML: "),
            ("a: 1\n---\nb: 1\n", "found a second document"),
            ("a: *nobody", "not YAML: "),
            ("a: &x [*x]", "found an alias inside"),
            ("a: !mine 5", "found the tag `!mine`"),
            ("a: !mine [5]", "found the tag `!mine`"),
            ("a: !!int 5", "found the tag `tag:yaml.org,2002:int`"),
            (
                "a: 99999999999999999999",
                "the number `99999999999999999999` does not",
            ),
            (&"[".repeat(200), "lists and maps nest deeper than 128"),
        ] {
            let message = mistake(text).message;
            assert!(message.starts_with(told), "{text}: {message}");
        }
        assert!(read("# nothing\n", &mut Vec::new()).is_none());
    }

    #[test]
    fn aliases_that_stand_for_too_much_are_refused() {
        let level = |level: usize| {
            let below = vec![format!("*a{}", level - 1); 10].join(",");
            format!("a{level}: &a{level} [{below}]\n")
        };
        let bomb = (1..64).map(level).collect::<Vec<_>>().concat();
        let message = mistake(&format!("a0: &a0 x\n{bomb}")).message;
        assert!(
            message.starts_with("the aliases stand for more than"),
            "{message}"
        );
    }
}
