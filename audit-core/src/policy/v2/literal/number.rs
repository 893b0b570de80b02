//! Whole, decimal and binary numbers. `Some(None)`: the node is none; `None`: it is one that can't be held, which was
//! reported.

use rust_decimal::Decimal;

use crate::policy::model::Literal;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::found;
use crate::policy::yaml::{Node, Scalar};

/// The most digits of a decimal.
const MAX_DIGITS: usize = 28;

/// A whole number of 64 bits.
pub(in crate::policy::v2) fn integer(node: &Node, log: &mut Log) -> Option<Option<Literal>> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => i128::from(number),
        Some(Scalar::Negative(number)) => i128::from(number),
        Some(Scalar::Huge) => return out_of_range(node, log),
        Some(Scalar::Float(_)) if node.text().is_some_and(|text| is_whole(text)) => {
            return out_of_range(node, log);
        }
        _ => return Some(None),
    };
    Some(Some(Literal::Integer(number)))
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn out_of_range<T>(node: &Node, log: &mut Log) -> Option<T> {
    let message = format!(
        "found {}, expected a whole number from `{}` to `{}`",
        found(node),
        i64::MIN,
        u64::MAX
    );
    log.report(ProblemKind::InvalidNumber, node.place, message, None);
    None
}

/// The whole number that was meant, or the type that fits.
pub(in crate::policy::v2) fn integer_hint(node: &Node) -> Option<String> {
    let text = node.text()?;
    if let Some((whole, fraction)) = text.split_once('.')
        && is_whole(whole)
        && fraction.bytes().all(|byte| byte == b'0')
    {
        return Some(format!("write `{whole}`"));
    }
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '_' | ',' | '\'' | ' '))
        .collect();
    if is_whole(&digits) && digits.len() < text.len() {
        return Some(format!("write `{digits}`"));
    }
    match node.scalar() {
        Some(Scalar::Float(_)) if text.contains(['e', 'E']) => {
            Some("write the digits out, without an exponent".to_owned())
        }
        Some(Scalar::Float(_)) => Some("a field with fractions is a `decimal`".to_owned()),
        _ => None,
    }
}

/// A decimal, as a number or as a text.
pub(in crate::policy::v2) fn decimal(node: &Node, log: &mut Log) -> Option<Option<Literal>> {
    match exact(node, log)? {
        Some(number) => Some(Some(Literal::Decimal(number))),
        None => Some(None),
    }
}

/// A percentage, as a number.
pub(in crate::policy::v2) fn percent(node: &Node, log: &mut Log) -> Option<Option<Decimal>> {
    match node.scalar() {
        Some(Scalar::Text) | None => Some(None),
        _ => exact(node, log),
    }
}

fn exact(node: &Node, log: &mut Log) -> Option<Option<Decimal>> {
    match node.scalar() {
        Some(Scalar::Unsigned(number)) => return Some(Some(number.into())),
        Some(Scalar::Negative(number)) => return Some(Some(number.into())),
        Some(Scalar::Huge | Scalar::Float(_) | Scalar::Text) => {}
        _ => return Some(None),
    }
    let Some(text) = node.text() else {
        return Some(None);
    };
    match parse(text) {
        Ok(number) => Some(Some(number)),
        Err(Unfit::NoNumber) => Some(None),
        Err(Unfit::Digits(count)) => {
            let message = format!(
                "found {} with {count} digits, expected at most {MAX_DIGITS}",
                found(node)
            );
            let hint = "a decimal is compared exactly and never rounded: round it yourself";
            log.report(
                ProblemKind::InvalidNumber,
                node.place,
                message,
                Some(hint.to_owned()),
            );
            None
        }
        Err(Unfit::Form(hint)) => {
            let message = format!(
                "found {}, expected digits with at most one point, such as `1000.00`",
                found(node)
            );
            log.report(
                ProblemKind::InvalidNumber,
                node.place,
                message,
                Some(hint.to_owned()),
            );
            None
        }
    }
}

/// Why a text is no decimal.
enum Unfit {
    /// It is something else.
    NoNumber,
    /// It has so many digits.
    Digits(usize),
    /// It is a number in a form that is not accepted, with the way out.
    Form(&'static str),
}

/// `[+-]digits[.digits]`.
fn parse(text: &str) -> Result<Decimal, Unfit> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole) && fraction.is_none_or(digits) {
        let count = whole.trim_start_matches('0').len() + fraction.map_or(0, str::len);
        if count > MAX_DIGITS {
            return Err(Unfit::Digits(count));
        }
        return Decimal::from_str_exact(text).map_err(|_| Unfit::Digits(count));
    }
    if matches!(
        unsigned,
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
    ) {
        return Err(Unfit::Form("a decimal is finite"));
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Err(Unfit::NoNumber);
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ',' | ' ' | '\'');
    if unsigned.chars().all(numeric) {
        return Err(Unfit::Form(if whole.is_empty() || fraction == Some("") {
            "write a digit on both sides of the point"
        } else {
            "write the digits without marks between them"
        }));
    }
    match text.parse::<f64>() {
        Ok(_) => Err(Unfit::Form("write the digits out, without an exponent")),
        Err(_) => Err(Unfit::NoNumber),
    }
}

/// A binary number.
#[expect(
    clippy::cast_precision_loss,
    reason = "a field of type `number` is a binary float, whole numbers included"
)]
pub(in crate::policy::v2) fn float(node: &Node, log: &mut Log) -> Option<Option<Literal>> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => number as f64,
        Some(Scalar::Negative(number)) => number as f64,
        Some(Scalar::Float(number)) if number.is_nan() => {
            let message = format!("found {}, which compares with nothing", found(node));
            log.report(ProblemKind::InvalidNumber, node.place, message, None);
            return None;
        }
        Some(Scalar::Float(number)) => number,
        Some(Scalar::Huge) => node.text().and_then(|text| text.parse().ok())?,
        _ => return Some(None),
    };
    Some(Some(Literal::Number(number)))
}
