//! [`junit`]: the report for a build server, valid against the schema of Jenkins' xUnit plug-in.

use std::io::{self, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::text::shown;
use super::{Counts, Outcome, Ran};
use crate::console::{Stream, one_line};
use crate::suite::plan::Case;
use crate::suite::run::{Failure, Status};

/// What stands in place of a character that XML has no form for.
const REPLACEMENT: char = '\u{fffd}';

/// Tells each suite with its cases.
pub(crate) fn junit(outcome: &Outcome<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(to, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = outcome.counts();
    let duration = outcome.suites.iter().map(|suite| suite.duration).sum();
    let Attributes {
        tests,
        failures,
        time,
        ..
    } = attributes(counts, duration);
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "audit policy test"),
            ("tests", &*tests),
            ("failures", &*failures),
            ("errors", "0"),
            ("time", &*time),
        ])
        .write_inner_content(|writer| {
            let mut suites = outcome.suites.iter();
            suites.try_for_each(|suite| write_suite(suite, writer))
        })?;
    writer.get_mut().line("")
}

/// The numbers of a suite, or of all.
struct Attributes {
    tests: String,
    failures: String,
    skipped: String,
    time: String,
}

fn attributes(counts: Counts, duration: Duration) -> Attributes {
    Attributes {
        tests: counts.total().to_string(),
        failures: counts.failed.to_string(),
        skipped: counts.not_run.to_string(),
        time: format!("{:.3}", duration.as_secs_f64()),
    }
}

fn write_suite(suite: &Ran<'_>, writer: &mut Writer<impl Write>) -> io::Result<()> {
    let Attributes {
        tests,
        failures,
        skipped,
        time,
    } = attributes(suite.counts(), suite.duration);
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", &*legal(suite.name)),
            ("tests", &*tests),
            ("failures", &*failures),
            ("errors", "0"),
            ("skipped", &*skipped),
            ("time", &*time),
            ("file", &*legal(suite.file)),
        ])
        .write_inner_content(|writer| {
            let mut cases = suite.cases();
            cases.try_for_each(|(case, status)| write_case(suite, case, status, writer))
        })?;
    Ok(())
}

fn write_case(
    suite: &Ran<'_>,
    case: &Case,
    status: &Status,
    writer: &mut Writer<impl Write>,
) -> io::Result<()> {
    let element = writer.create_element("testcase").with_attributes([
        ("classname", &*legal(suite.name)),
        ("name", &*legal(&case.name)),
    ]);
    match status {
        Status::Passed => element.write_empty()?,
        Status::NotRun => element.write_inner_content(|writer| {
            let skipped = writer.create_element("skipped");
            skipped
                .with_attribute(("message", "a case before it failed"))
                .write_empty()?;
            Ok(())
        })?,
        Status::Failed(failure) => {
            element.write_inner_content(|writer| write_failure(suite, case, failure, writer))?
        }
    };
    Ok(())
}

fn write_failure(
    suite: &Ran<'_>,
    case: &Case,
    failure: &Failure,
    writer: &mut Writer<impl Write>,
) -> io::Result<()> {
    let differences = failure.differences.iter().map(|difference| {
        let (of, shown) = (difference.of, |value| shown(difference.of, value));
        let (expected, got) = (shown(&difference.expected), shown(&difference.got));
        let note = difference.note.as_ref();
        let note = note.map_or_else(String::new, |note| format!(" ({note})"));
        format!("{}: expected {expected}, got {got}{note}", of.as_str())
    });
    let message = differences.collect::<Vec<_>>().join("; ");
    let (line, column) = (case.place.line, case.place.column);
    let file = one_line(suite.file);
    let text = format!("{file}:{line}:{column}\n\n{}", failure.explanation);
    writer
        .create_element("failure")
        .with_attributes([("message", &*legal(&message)), ("type", "expectation")])
        .write_text_content(BytesText::new(&legal(&text)))?;
    Ok(())
}

/// The text without the characters that XML 1.0 forbids even where they are escaped (§2.2, `Char`).
fn legal(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => c,
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => REPLACEMENT,
            _ => c,
        })
        .collect()
}
