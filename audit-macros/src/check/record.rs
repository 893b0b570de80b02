//! What is recorded, how safely, and texts that must not be empty.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit, LitStr};

use super::plan::{Delivery, Record, Unrecordable};
use crate::args::{Name, Written};
use crate::mistake::Mistakes;

pub(super) fn record(written: &Written) -> Record {
    let at = |name| written.key(name).map(Ident::span);
    match (at(Name::Ret), at(Name::Err)) {
        (None, None) => Record::Outcome,
        (Some(ret), None) => Record::Value(ret),
        (None, Some(err)) => Record::Error(err),
        (Some(ret), Some(err)) => Record::ValueAndError(ret, err),
    }
}

pub(super) fn not_empty(
    written: &mut Written,
    name: Name,
    mistakes: &mut Mistakes,
) -> Option<LitStr> {
    let text = written.text(name)?;
    if text.value().trim().is_empty() {
        mistakes.at(
            text.span(),
            "an empty `action` names nothing: name the action's type, or leave `action` out to use the function's name",
        );
    }
    Some(text)
}

pub(super) fn tenant(written: &mut Written, mistakes: &mut Mistakes) -> Option<Expr> {
    let tenant = written.expression(Name::Tenant)?;
    if let Expr::Lit(ExprLit {
        lit: Lit::Str(text),
        ..
    }) = &tenant
        && text.value().is_empty()
    {
        mistakes.at(
            text.span(),
            "an empty `tenant` is refused everywhere: name the tenant, or leave `tenant` out",
        );
    }
    Some(tenant)
}

pub(super) fn delivery(written: &mut Written) -> Option<Delivery> {
    match written.text(Name::Delivery)?.value().as_str() {
        "best_effort" => Some(Delivery::BestEffort),
        "buffered" => Some(Delivery::Buffered),
        "durable" => Some(Delivery::Durable),
        _ => None,
    }
}

pub(super) fn on_unrecordable(
    written: &mut Written,
    delivery: Option<Delivery>,
    mistakes: &mut Mistakes,
) -> Option<Unrecordable> {
    let key = written.key(Name::OnUnrecordable)?;
    if !delivery_is_wrong(written, delivery)
        && !matches!(delivery, Some(Delivery::Buffered | Delivery::Durable))
    {
        mistakes.on(
            key,
            "`on_unrecordable` needs a delivery that can fail: add `delivery = \"buffered\"` or `delivery = \"durable\"`",
        );
    }
    match written.text(Name::OnUnrecordable)?.value().as_str() {
        "refuse" => Some(Unrecordable::Refuse),
        "run" => Some(Unrecordable::Run),
        _ => None,
    }
}

pub(super) fn durable_timeout(
    written: &mut Written,
    delivery: Option<Delivery>,
    mistakes: &mut Mistakes,
) -> Option<u64> {
    let key = written.key(Name::DurableTimeout)?;
    if !delivery_is_wrong(written, delivery) && delivery != Some(Delivery::Durable) {
        mistakes.on(
            key,
            "`durable_timeout` needs a record to wait for: add `delivery = \"durable\"`",
        );
    }
    duration(written, Name::DurableTimeout, mistakes)
}

/// A duration in milliseconds.
pub(super) fn duration(written: &mut Written, name: Name, mistakes: &mut Mistakes) -> Option<u64> {
    let text = written.text(name)?;
    let millis = millis(&text.value());
    if millis.is_none() {
        mistakes.at(
            text.span(),
            format!(
                "`{}` knows no duration `{}`: write a whole number above zero and a unit, such as \"500us\", \"250ms\", \"2s\", \"1m\"",
                name.word(),
                text.value()
            ),
        );
    }
    millis
}

/// A delivery was written that has a message of its own.
fn delivery_is_wrong(written: &Written, delivery: Option<Delivery>) -> bool {
    written.has(Name::Delivery) && delivery.is_none()
}

/// A duration in milliseconds, a part of one rounded up.
fn millis(text: &str) -> Option<u64> {
    let unit = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit)?;
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    match unit {
        "us" => Some(number.div_ceil(1_000)),
        "ms" => Some(number),
        "s" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn durations_are_whole_numbers_with_a_unit() {
        assert_eq!(millis("250ms"), Some(250));
        assert_eq!(millis("2s"), Some(2_000));
        assert_eq!(millis("1m"), Some(60_000));
        assert_eq!(millis("500us"), Some(1));
        for wrong in [
            "",
            "0s",
            "ms",
            "1",
            "1h",
            "-1s",
            "1.5s",
            "1 s",
            "99999999999999999999s",
            "18446744073709551615m",
        ] {
            assert_eq!(millis(wrong), None, "{wrong}");
        }
    }
}
