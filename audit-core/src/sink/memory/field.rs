//! A value anywhere in an event, by its path.

use std::borrow::Cow;

use serde::Deserialize;

use crate::event::Event;
use crate::value::{Fields, Value};

/// What stands at a path such as `action.amount`, `data.lines.0.price` or `decision.mode`: as the event's JSON has it, and without the
/// `fields` that there stands between an action and its fields. A name with dots is found too.
pub(crate) fn field_of<'e>(event: &'e Event<'_>, path: &str) -> Option<Cow<'e, Value<'e>>> {
    if path.is_empty() || path.ends_with('.') {
        return None;
    }
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    let within = |fields: &'e Fields<'e>| in_fields(fields, rest).map(Cow::Borrowed);
    let inside = |value: &'e Option<Value<'e>>| {
        let value = value.as_ref()?;
        at(value, rest).map(Cow::Borrowed)
    };
    match part {
        "action" if !rest.is_empty() && rest != "type" => {
            let fields = event.action.as_ref()?.fields();
            let short = in_fields(fields, rest);
            let written = || in_fields(fields, rest.strip_prefix("fields.")?);
            short.or_else(written).map(Cow::Borrowed)
        }
        "actor" if !rest.is_empty() => within(event.actor.as_ref()?.fields()),
        "data" => inside(&event.data),
        "metadata" => inside(&event.metadata),
        "request" => inside(&event.request),
        "response" => inside(&event.response),
        // All others are few and small.
        _ => {
            let whole = serde_json::to_value(event).ok()?;
            let whole = Value::deserialize(whole).ok()?;
            at(&whole, path).cloned().map(Cow::Owned)
        }
    }
}

/// What stands there in a value; the value itself where nothing is left of the path.
fn at<'v, 'a>(value: &'v Value<'a>, path: &str) -> Option<&'v Value<'a>> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Map(fields) => in_fields(fields, path),
        Value::List(items) => {
            let (place, rest) = path.split_once('.').unwrap_or((path, ""));
            at(items.get(place.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}

fn in_fields<'v, 'a>(fields: &'v Fields<'a>, path: &str) -> Option<&'v Value<'a>> {
    fields.get(path).or_else(|| {
        let mut dots = path.match_indices('.');
        dots.find_map(|(dot, _)| {
            let (name, rest) = path.split_at_checked(dot)?;
            at(fields.get(name)?, rest.strip_prefix('.')?)
        })
    })
}

/// Whether two values are the same; a whole number is the same as a float without a fraction.
pub(crate) fn is_same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Float(float), Value::Int(_) | Value::UInt(_)) => is_whole(*float, other),
        (Value::Int(_) | Value::UInt(_), Value::Float(float)) => is_whole(*float, one),
        (Value::Float(one), Value::Float(other)) => one.total_cmp(other).is_eq() || one == other,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let is_there =
                |name: &str, value| other.get(name).is_some_and(|there| is_same(value, there));
            one.len() == other.len() && one.iter().all(|field| is_there(&field.name, &field.value))
        }
        _ => one == other,
    }
}

/// Whether a float is this whole number, without rounding either.
fn is_whole(float: f64, number: &Value<'_>) -> bool {
    // Written out, a float without a fraction is all its digits.
    float.fract() == 0.0 && float.to_string() == number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::event::EventKind;
    use crate::request::Action;

    fn event() -> Event<'static> {
        let id = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let mut event = Event::new(id, Timestamp::from_nanos(0), EventKind::Event, "paid");
        let prices = Fields::new().with("price", 9_007_199_254_740_993_i64);
        let inner = Fields::new()
            .with("odd.name", 1)
            .with("lines", vec![Value::from(prices)]);
        event.data = Some(Fields::new().with("order", inner).with("rate", 2.0).into());
        event.action = Some(Cow::Owned(
            Action::new("pay").with("amount", 5000).with("type", "fast"),
        ));
        event
    }

    #[test]
    fn whatever_stands_in_an_event_is_found_by_its_path() {
        let event = event();
        for (path, value) in [
            (
                "data.order.lines.0.price",
                Value::from(9_007_199_254_740_993_i64),
            ),
            ("data.order.odd.name", Value::from(1)),
            ("data.rate", Value::from(2)),
            ("action.amount", Value::from(5000.0)),
            ("action.fields.amount", Value::from(5000)),
            ("action.type", Value::from(String::from("pay"))),
            ("action.fields.type", Value::from(String::from("fast"))),
            ("name", Value::from(String::from("paid"))),
            ("kind", Value::from(String::from("event"))),
            ("v", Value::from(1)),
        ] {
            let found = field_of(&event, path);
            let is_there = found.as_deref().is_some_and(|found| is_same(found, &value));
            assert!(is_there, "{path}: {found:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found_and_no_number_is_rounded() {
        let event = event();
        let paths = [
            "",
            ".",
            "data.order.lines.1",
            "data.order.lines.x",
            "data.rate.more",
            "actor.id",
            "action.",
            "nothing",
        ];
        for path in paths {
            assert_eq!(field_of(&event, path), None, "{path}");
        }
        let price = field_of(&event, "data.order.lines.0.price").unwrap();
        assert!(!is_same(&price, &Value::from(9_007_199_254_740_992.0)));
        assert!(!is_same(&Value::from(String::from("1")), &Value::from(1)));
    }
}
