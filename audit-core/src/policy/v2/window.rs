//! Times of day: `{from: "09:00", to: "17:30", zone: Europe/Berlin, days: [mon, tue]}`.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use super::shape;
use crate::policy::model::Window;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
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
    let [from, to, zone, days] = shape::record(node, "a time of day", &WINDOW, log)?;
    let from = from.and_then(|node| read_time(node, log));
    let to = to.and_then(|node| read_time(node, log));
    let zone = zone.and_then(|node| read_zone(node, log));
    let days = match days {
        Some(days) => read_days(days, log)?,
        None => DAYS.map(|(_, day)| day).to_vec(),
    };
    Some(Window {
        from: from?,
        to: to?,
        zone: zone?,
        days,
    })
}

fn read_time(node: &Node, log: &mut Log) -> Option<Time> {
    let text = shape::text(node, "a time such as `\"09:00\"`", log)?;
    let parsed = text.parse::<Time>();
    if parsed.is_err() {
        let message = format!(
            "{} is no time of day, expected one such as `09:00`",
            quoted(&text)
        );
        log.report(ProblemKind::InvalidTime, node.place, message, None);
    }
    parsed.ok()
}

fn read_zone(node: &Node, log: &mut Log) -> Option<TimeZone> {
    let text = shape::text(node, "`zone`", log)?;
    let zone = match &*text {
        "UTC" => Ok(TimeZone::UTC),
        name => TimeZone::get(name),
    };
    if zone.is_err() {
        let message = format!("unknown time zone {}", quoted(&text));
        log.report(ProblemKind::UnknownTimeZone, node.place, message, None);
    }
    zone.ok()
}

fn read_days(node: &Node, log: &mut Log) -> Option<Vec<Weekday>> {
    let items = shape::some_items(node, "`days`", log)?;
    let mut days: Vec<Weekday> = items
        .iter()
        .filter_map(|item| shape::word(item, "day", &DAYS, log))
        .collect();
    if days.len() < items.len() {
        return None;
    }
    days.sort_by_key(|day| day.to_monday_zero_offset());
    Some(days)
}
