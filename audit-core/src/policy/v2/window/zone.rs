//! Time zones: an IANA name, `UTC`, or an offset.

use jiff::tz::{self, Offset, TimeZone, TimeZoneDatabase};

use super::shape;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{quoted, shown};
use crate::policy::yaml::Node;
use crate::word::nearest;

const EXPECTED: &str = "an IANA name such as `Europe/Berlin`, `UTC`, or an offset such as `+02:00`";
/// How many names are compared with a misspelled one at a time.
const COMPARED: usize = 200;

/// Reads a time zone.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<TimeZone> {
    let Some(text) = shape::text_of(node) else {
        return shape::mismatch(node, EXPECTED, None, log);
    };
    match find(text, tz::db()) {
        Ok(zone) => Some(zone),
        Err((message, hint)) => {
            log.report(ProblemKind::UnknownTimeZone, node.place, message, hint);
            None
        }
    }
}

/// The zone of a name, or what is wrong with it and the way out.
fn find(name: &str, database: &TimeZoneDatabase) -> Result<TimeZone, (String, Option<String>)> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    if name.starts_with(['+', '-']) {
        let message = || {
            format!(
                "{} is no offset, expected `-23:59` to `+23:59`",
                quoted(name)
            )
        };
        return offset(name)
            .map(TimeZone::fixed)
            .ok_or_else(|| (message(), None));
    }
    // Names are found whatever their case, but a file says them as they are.
    if let Ok(zone) = database.get(name)
        && !zone.is_unknown()
        && zone.iana_name() == Some(name)
    {
        return Ok(zone);
    }
    let names: Vec<String> = database
        .available()
        .map(|known| known.as_str().to_owned())
        .collect();
    if names.is_empty() {
        let message = format!(
            "{} can't be looked up, for the time zone database is missing; expected `UTC` or an offset such as `+02:00`",
            quoted(name)
        );
        let hint = "install the system's package `tzdata`, or name its folder in `TZDIR`";
        return Err((message, Some(hint.to_owned())));
    }
    let message = format!("unknown time zone {}, expected {EXPECTED}", shown(name));
    Err((message, meant(name, &names)))
}

/// `+hh:mm`.
fn offset(text: &str) -> Option<Offset> {
    let [sign, h, i, b':', m, n] = text.as_bytes() else {
        return None;
    };
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(10)
            .and_then(|digit| i32::try_from(digit).ok())
    };
    let hours = digit(h)? * 10 + digit(i)?;
    let minutes = digit(m)? * 10 + digit(n)?;
    let seconds = (hours * 60 + minutes) * 60;
    let in_range = hours < 24 && minutes < 60;
    let seconds = if *sign == b'-' { -seconds } else { seconds };
    in_range.then(|| Offset::from_seconds(seconds).ok())?
}

/// The offset that stands behind `UTC` or `GMT`, such as in `UTC+2`.
fn behind_utc(name: &str) -> Option<String> {
    let rest = name.strip_prefix("UTC").or(name.strip_prefix("GMT"))?;
    let (sign, digits) = rest.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let written = format!("{sign}{hours:0>2}:{minutes}");
    offset(&written).map(|_| written)
}

/// The name that was most likely meant.
fn meant(name: &str, names: &[String]) -> Option<String> {
    if name == "Z" {
        return Some("write `UTC`".to_owned());
    }
    if let Some(offset) = behind_utc(name) {
        return Some(format!("write `{offset}`"));
    }
    let same = names.iter().find(|known| known.eq_ignore_ascii_case(name));
    let ends = format!("/{name}");
    let city = || names.iter().find(|known| known.ends_with(&ends));
    let abbreviation = name.len() <= 5 && !name.contains('/');
    let near = || {
        if abbreviation {
            return None;
        }
        let candidates = names
            .chunks(COMPARED)
            .filter_map(|names| nearest(name, names.iter().map(|name| &**name)));
        nearest(name, candidates)
    };
    match same.or_else(city).map(|name| &**name).or_else(near) {
        Some(meant) => Some(format!("did you mean {}?", quoted(meant))),
        None => abbreviation.then(|| {
            "an abbreviation names no place: write one such as `America/Los_Angeles`".to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_only_names_are_refused() {
        let nothing = TimeZoneDatabase::none();
        assert!(find("UTC", &nothing).is_ok());
        assert!(find("-03:30", &nothing).is_ok());
        let (message, hint) = find("Europe/Berlin", &nothing).unwrap_err();
        assert_eq!(
            message,
            "`Europe/Berlin` can't be looked up, for the time zone database is missing; expected `UTC` or an offset such as `+02:00`"
        );
        assert!(hint.unwrap().contains("tzdata"));
    }

    #[test]
    fn an_offset_has_a_sign_and_four_digits() {
        for (text, seconds) in [
            ("+02:00", Some(7200)),
            ("-03:30", Some(-12600)),
            ("+00:00", Some(0)),
            ("+23:59", Some(86340)),
            ("+24:00", None),
            ("+02:60", None),
            ("+2:00", None),
            ("+0200", None),
            ("+02:00:00", None),
        ] {
            assert_eq!(offset(text).map(Offset::seconds), seconds, "{text}");
        }
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let names: Vec<String> = (0..500)
            .map(|number| format!("Nowhere/Place{number}"))
            .chain(["Europe/Berlin".to_owned(), "America/New_York".to_owned()])
            .collect();
        for (name, expected) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("Berlin", "Europe/Berlin"),
            ("America/NewYork", "America/New_York"),
            ("Europe/Berlim", "Europe/Berlin"),
        ] {
            let hint = meant(name, &names).unwrap();
            assert_eq!(hint, format!("did you mean `{expected}`?"));
        }
        for (name, written) in [
            ("UTC+2", "+02:00"),
            ("GMT-3:30", "-03:30"),
            ("UTC+05:45", "+05:45"),
        ] {
            let hint = meant(name, &names);
            assert_eq!(hint, Some(format!("write `{written}`")), "{name}");
        }
        assert_eq!(behind_utc("UTC+99"), None);
        assert_eq!(behind_utc("UTC"), None);
        assert_eq!(meant("Atlantis/Poseidonis", &names), None);
        assert!(meant("PST", &names).unwrap().contains("abbreviation"));
    }
}
