//! Points in time: RFC 3339 with an offset, of which each part that is out of range is named.

use super::shape;
use crate::clock::Timestamp;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{quoted, shown};
use crate::policy::yaml::Node;

const EXAMPLE: &str = "`2026-11-23T08:00:00Z`";
const OFFSET_HINT: &str = "put `Z` behind it for UTC, or an offset such as `+01:00`";

/// Reads a point in time.
pub(in crate::policy::v2) fn read(node: &Node, what: &str, log: &mut Log) -> Option<Timestamp> {
    let text = shape::text(node, what, log)?;
    let mistake = match parse(&text) {
        Ok(time) => return Some(time),
        Err(mistake) => mistake,
    };
    let Mistake {
        start,
        length,
        message,
        hint,
    } = mistake;
    let characters = |bytes: Option<&str>| bytes.map_or(0, |text| text.chars().count());
    let place = shape::part(
        node,
        characters(text.get(..start)),
        characters(text.get(start..start + length)),
    );
    log.report(ProblemKind::InvalidTime, place, message, hint);
    None
}

/// What is wrong with a text, and which of its bytes.
struct Mistake {
    start: usize,
    length: usize,
    message: String,
    hint: Option<String>,
}

/// A number of a fixed length inside a time.
struct Part {
    name: &'static str,
    start: usize,
    length: usize,
    least: u32,
    most: u32,
    /// What stands before it.
    before: &'static [u8],
}

const PARTS: [Part; 6] = [
    part("year", 0, 4, 1677, 2262, b""),
    part("month", 5, 2, 1, 12, b"-"),
    part("day", 8, 2, 1, 31, b"-"),
    part("hour", 11, 2, 0, 23, b"Tt "),
    part("minute", 14, 2, 0, 59, b":"),
    part("second", 17, 2, 0, 59, b":"),
];
/// Where the date ends, and where the seconds do.
const DATE_END: usize = 10;
const SECONDS_END: usize = 19;
const FRACTION_DIGITS: usize = 9;

const fn part(
    name: &'static str,
    start: usize,
    length: usize,
    least: u32,
    most: u32,
    before: &'static [u8],
) -> Part {
    Part {
        name,
        start,
        length,
        least,
        most,
        before,
    }
}

fn parse(text: &str) -> Result<Timestamp, Mistake> {
    for part in &PARTS {
        if part.start > DATE_END && text.len() == DATE_END {
            let mut mistake = whole(text, "is a date, expected a time too, such as");
            mistake.hint = Some(format!("the start of that day is `{text}T00:00:00Z`"));
            return Err(mistake);
        }
        check_part(text, part)?;
    }
    let rest = text.get(SECONDS_END..).unwrap_or_default();
    let fraction = rest.strip_prefix('.').map_or(0, |digits| {
        1 + digits.bytes().take_while(u8::is_ascii_digit).count()
    });
    if fraction == 1 || fraction > FRACTION_DIGITS + 1 {
        return Err(Mistake {
            start: SECONDS_END,
            length: fraction,
            message: format!(
                "found {} as part of a second, expected 1 to {FRACTION_DIGITS} digits",
                quoted(rest.get(..fraction).unwrap_or_default())
            ),
            hint: None,
        });
    }
    check_offset(text, SECONDS_END + fraction)?;
    text.parse().map_err(|_| {
        // Every part by itself is in range: what is left is the length of months, and the ends of the range.
        if day_exists(text) {
            whole(
                text,
                "is not between the years 1677 and 2262, expected one such as",
            )
        } else {
            Mistake {
                start: 8,
                length: 2,
                message: format!(
                    "{} is no day of that month",
                    quoted(text.get(8..10).unwrap_or_default())
                ),
                hint: None,
            }
        }
    })
}

fn whole(text: &str, but: &str) -> Mistake {
    Mistake {
        start: 0,
        length: text.len(),
        message: format!("{} {but} {EXAMPLE}", shown(text)),
        hint: None,
    }
}

fn check_part(text: &str, part: &Part) -> Result<(), Mistake> {
    let no_time = || {
        whole(
            text,
            "is no time in RFC 3339 with an offset, expected one such as",
        )
    };
    let bytes = text.as_bytes();
    if !part.before.is_empty() {
        let mark = part.start.checked_sub(1).and_then(|at| bytes.get(at));
        if !mark.is_some_and(|mark| part.before.contains(mark)) {
            let mut mistake = no_time();
            if part.name == "second" && text.len() > 16 {
                mistake.hint = Some("seconds must be written: `08:00:00`".to_owned());
            }
            return Err(mistake);
        }
    }
    let digits = text
        .get(part.start..part.start + part.length)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(number) = digits.and_then(|digits| digits.parse::<u32>().ok()) else {
        return Err(no_time());
    };
    if (part.least..=part.most).contains(&number) {
        return Ok(());
    }
    Err(Mistake {
        start: part.start,
        length: part.length,
        message: format!(
            "{} {} is out of range, expected {:02} to {}",
            part.name,
            quoted(digits.unwrap_or_default()),
            part.least,
            part.most
        ),
        hint: (part.name == "second" && number == 60)
            .then(|| "a leap second is not a point in time here: write `59`".to_owned()),
    })
}

/// `Z`, or `+hh:mm`, and nothing behind it.
fn check_offset(text: &str, end: usize) -> Result<(), Mistake> {
    let offset = text.get(end..).unwrap_or_default();
    let start = end + (offset.len() - offset.trim_start().len());
    let offset = offset.trim_start();
    let mistake = |message: String| {
        Err(Mistake {
            start,
            length: offset.len(),
            message,
            hint: None,
        })
    };
    if offset.is_empty() {
        return Err(Mistake {
            hint: Some(OFFSET_HINT.to_owned()),
            ..whole(text, "has no offset, expected a time such as")
        });
    }
    let blank = start > end;
    if matches!(offset, "Z" | "z") && !blank {
        return Ok(());
    }
    let written = match offset.as_bytes() {
        [b'+' | b'-', h, i, b':', m, n] => [h, i, m, n]
            .iter()
            .all(|byte| byte.is_ascii_digit())
            .then(|| (offset.get(1..3), offset.get(4..6))),
        _ => None,
    };
    let Some((hours, minutes)) = written else {
        return mistake(format!(
            "{} is no offset, expected `Z` or one such as `+01:00`",
            quoted(offset)
        ));
    };
    let below = |number: Option<&str>, limit: u32| {
        number
            .and_then(|digits| digits.parse::<u32>().ok())
            .is_some_and(|number| number < limit)
    };
    if blank {
        return mistake(format!(
            "found a blank before the offset {}, expected it right behind the seconds",
            quoted(offset)
        ));
    }
    if below(hours, 24) && below(minutes, 60) {
        return Ok(());
    }
    mistake(format!(
        "the offset {} is out of range, expected `-23:59` to `+23:59`",
        quoted(offset)
    ))
}

fn day_exists(text: &str) -> bool {
    text.get(..DATE_END)
        .is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}
