//! Whole, decimal and binary numbers.

use rust_decimal::Decimal;

use crate::policy::model::Literal;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::found;
use crate::policy::yaml::{Node, Scalar};

/// Why a node is no number of a type.
pub(in crate::policy::v2) enum Unread {
    /// It is something else.
    OtherKind,
    /// It is a number that the type can't hold, which was reported.
    Reported,
}

/// The most digits of a decimal.
const MAX_DIGITS: usize = 28;

/// A whole number of 64 bits.
pub(in crate::policy::v2) fn integer(node: &Node, log: &mut Log) -> Result<Literal, Unread> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => i128::from(number),
        Some(Scalar::Negative(number)) => i128::from(number),
        Some(Scalar::Huge) => return Err(out_of_range(node, log)),
        Some(Scalar::Float(_)) if node.text().is_some_and(|text| is_whole(text)) => {
            return Err(out_of_range(node, log));
        }
        _ => return Err(Unread::OtherKind),
    };
    Ok(Literal::Integer(number))
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn out_of_range(node: &Node, log: &mut Log) -> Unread {
    let message = format!(
        "found {}, expected a whole number from `{}` to `{}`",
        found(node),
        i64::MIN,
        u64::MAX
    );
    log.report(ProblemKind::InvalidNumber, node.place, message, None);
    Unread::Reported
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
pub(in crate::policy::v2) fn decimal(node: &Node, log: &mut Log) -> Result<Literal, Unread> {
    exact(node, log).map(Literal::Decimal)
}

/// A percentage, as a number.
pub(in crate::policy::v2) fn percent(node: &Node, log: &mut Log) -> Result<Decimal, Unread> {
    match node.scalar() {
        Some(Scalar::Text) | None => Err(Unread::OtherKind),
        _ => exact(node, log),
    }
}

fn exact(node: &Node, log: &mut Log) -> Result<Decimal, Unread> {
    let text = match (node.scalar(), node.text()) {
        (Some(Scalar::Unsigned(number)), _) => return Ok(number.into()),
        (Some(Scalar::Negative(number)), _) => return Ok(number.into()),
        (Some(Scalar::Huge | Scalar::Float(_) | Scalar::Text), Some(text)) => text,
        _ => return Err(Unread::OtherKind),
    };
    let (message, hint) = match parse(text) {
        Ok(number) => return Ok(number),
        Err(Unfit::NoNumber) => return Err(Unread::OtherKind),
        Err(Unfit::Digits(count)) => (
            format!(
                "found {} with {count} digits, expected at most {MAX_DIGITS}",
                found(node)
            ),
            "a decimal is compared exactly and never rounded: round it yourself",
        ),
        Err(Unfit::Form(hint)) => (
            format!(
                "found {}, expected digits with at most one point, such as `1000.00`",
                found(node)
            ),
            hint,
        ),
    };
    log.report(
        ProblemKind::InvalidNumber,
        node.place,
        message,
        Some(hint.to_owned()),
    );
    Err(Unread::Reported)
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
pub(in crate::policy::v2) fn float(node: &Node, log: &mut Log) -> Result<Literal, Unread> {
    let number = match node.scalar() {
        Some(Scalar::Unsigned(number)) => number as f64,
        Some(Scalar::Negative(number)) => number as f64,
        Some(Scalar::Float(number)) if number.is_nan() => {
            let message = format!("found {}, which compares with nothing", found(node));
            log.report(ProblemKind::InvalidNumber, node.place, message, None);
            return Err(Unread::Reported);
        }
        Some(Scalar::Float(number)) => number,
        Some(Scalar::Huge) => {
            let number = node.text().and_then(|text| text.parse().ok());
            number.ok_or(Unread::OtherKind)?
        }
        _ => return Err(Unread::OtherKind),
    };
    Ok(Literal::Number(number))
}
