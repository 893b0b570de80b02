//! Times of day: `{from: "09:00", to: "17:30", zone: Europe/Berlin, days: [mon, tue]}`.

mod zone;

use jiff::civil::{Time, Weekday};

use super::{alias, shape};
use crate::policy::model::Window;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::shown;
use crate::policy::yaml::Node;

pub(super) const WINDOW: [Key; 4] = [
    ("from", Required),
    ("to", Required),
    ("zone", Required),
    ("days", Optional),
];
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Reads a time of day.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<Window> {
    if node.entries().is_none() {
        let expected = "a time of day such as `{from: \"09:00\", to: \"17:30\", zone: UTC}`";
        return shape::mismatch(node, expected, None, log);
    }
    let [from, to, zone, days] = shape::record(node, "a time of day", &WINDOW, log)?;
    let from = from.and_then(|node| read_time(node, log));
    let to = to.and_then(|node| read_time(node, log));
    let zone = zone.and_then(|node| zone::read(node, log));
    let days = match days {
        Some(days) => read_days(days, log),
        None => Some(DAYS.map(|(_, day)| day).to_vec()),
    };
    Some(Window {
        from: from?,
        to: to?,
        zone: zone?,
        days: days?,
    })
}

fn read_time(node: &Node, log: &mut Log) -> Option<Time> {
    let Some(text) = shape::text_of(node) else {
        let hour = node.plain_text().and_then(|text| on_the_clock(text, 0));
        let hint = hour.map(|time| format!("write `\"{time}\"`"));
        return shape::mismatch(node, "a time such as `\"09:00\"`", hint, log);
    };
    let time = parse_time(text);
    if time.is_none() {
        let message = format!(
            "{} is no time of day, expected `HH:MM` or `HH:MM:SS` from `00:00` to `23:59:59`",
            shown(text)
        );
        let hint = match &**text {
            "24:00" | "24:00:00" => {
                Some("the end of the day is `00:00`, which is not after any time".to_owned())
            }
            _ => meant(text).map(|time| format!("write `{time}`")),
        };
        log.report(ProblemKind::InvalidTime, node.place, message, hint);
    }
    time
}

/// `9:00` and `5pm` as they must be written.
fn meant(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let half = |text: &str| {
        [("am", 0), ("pm", 12)]
            .into_iter()
            .find_map(|(word, hours)| {
                let number = text.strip_suffix(word)?.trim_end().to_owned();
                Some((number, hours))
            })
    };
    match half(&text) {
        Some((number, hours)) => on_the_clock(&number, hours),
        None => parse_time(&format!("0{text}")).map(|_| format!("0{text}")),
    }
}

/// An hour, or hour and minute, so many hours later; of twelve hours where there are more than none.
fn on_the_clock(text: &str, later: u8) -> Option<String> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "00"));
    let hour: u8 = hour.parse().ok()?;
    // Twelve at noon is 12:00.
    let hour = if later > 0 && hour == 12 {
        hour
    } else {
        hour.checked_add(later)?
    };
    let time = format!("{hour:02}:{minute}");
    parse_time(&time).map(|_| time)
}

/// `HH:MM` or `HH:MM:SS`.
fn parse_time(text: &str) -> Option<Time> {
    let mut numbers = text.split(':').map(|digits| {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse::<i8>().ok())
            .flatten()
    });
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = match numbers.next() {
        Some(second) => second?,
        None => 0,
    };
    if numbers.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// Weekdays, Monday first; one that stands twice is warned of.
fn read_days(node: &Node, log: &mut Log) -> Option<Vec<Weekday>> {
    let items = shape::some_items(node, "`days`", log)?;
    let mut days: Vec<Weekday> = Vec::new();
    let mut complete = true;
    for item in items {
        match shape::word_with(item, "day", &DAYS, alias::DAYS, log) {
            Some(day) if days.contains(&day) => shape::repeated_value(item, "`days`", log),
            Some(day) => days.push(day),
            None => complete = false,
        }
    }
    days.sort_by_key(|day| day.to_monday_zero_offset());
    complete.then_some(days)
}
