//! The policy's own side of a comparison, as a person reads it.

use jiff::civil::{Time, Weekday};

use crate::policy::model::{IpNetwork, Literal, Operand, Window};
use crate::value::{Fields, Text, Value};

/// What the policy writes on the right, as files write it; `None` for another field.
pub(super) fn shown(operand: &Operand) -> Option<Value<'static>> {
    match operand {
        Operand::Field(_) => None,
        Operand::Literal(literal) => Some(literal_value(literal)),
        Operand::List(literals) => Some(Value::List(literals.iter().map(literal_value).collect())),
        Operand::Networks(networks) => match networks.as_slice() {
            [network] => Some(network_value(network)),
            several => Some(Value::List(several.iter().map(network_value).collect())),
        },
        Operand::Pattern(pattern) => Some(Value::Text(Text::from(&pattern.source).into_owned())),
        Operand::Window(window) => Some(window_value(window)),
    }
}

fn literal_value(literal: &Literal) -> Value<'static> {
    match literal {
        Literal::Text(text) => Value::Text(Text::from(text).into_owned()),
        Literal::Number(number) => Value::Float(*number),
        Literal::Boolean(flag) => Value::Bool(*flag),
        Literal::Integer(number) => i64::try_from(*number)
            .map(Value::Int)
            .or_else(|_| u64::try_from(*number).map(Value::UInt))
            .unwrap_or_else(|_| Value::from(number.to_string())),
        Literal::Decimal(number) => Value::from(number.to_string()),
        Literal::Timestamp(time) => Value::from(time.to_string()),
        Literal::Null => Value::Null,
    }
}

fn network_value(network: &IpNetwork) -> Value<'static> {
    Value::from(network.0.to_string())
}

fn window_value(window: &Window) -> Value<'static> {
    let shown = Fields::new()
        .with("from", clock(window.from))
        .with("to", clock(window.to))
        .with("zone", window.zone_name());
    if window.days.len() == 7 {
        return Value::from(shown);
    }
    let days: Vec<_> = window.days.iter().copied().map(day).collect();
    Value::from(shown.with("days", days))
}

/// A time of day without the seconds, if it has none.
fn clock(time: Time) -> String {
    match (time.second(), time.subsec_nanosecond()) {
        (0, 0) => format!("{:02}:{:02}", time.hour(), time.minute()),
        _ => time.to_string(),
    }
}

fn day(day: Weekday) -> Text<'static> {
    Text::borrowed(match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    })
}
