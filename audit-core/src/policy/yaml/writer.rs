//! How a text or a number is written so that every reader of YAML takes it for what it is.
//!
//! Our own reader resolves few words (see [`Scalar`](super::Scalar)); others resolve more, so a text stands without
//! quotes only where no reader can take it for anything else.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

/// What a reader of YAML 1.1 or 1.2 takes for something else than a text.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Whole numbers up to here are written without a fraction: a float holds each of them exactly.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A text: as it is where that is safe, else in double quotes.
pub(crate) fn text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        push_quoted(c, &mut written);
    }
    written.push('"');
    written
}

/// A binary float, to the last bit.
pub(crate) fn number(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let negative_zero = number == 0.0 && number.is_sign_negative();
    if number.fract() == 0.0 && number.abs() <= WHOLE && !negative_zero {
        return format!("{number:.0}");
    }
    let shortest = format!("{number:?}");
    let Some((mantissa, exponent)) = shortest.split_once('e') else {
        return shortest;
    };
    // YAML 1.1 takes a float without a point, or without a sign in its exponent, for a text.
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

fn is_plain(text: &str) -> bool {
    let mut rest = text.bytes();
    let starts = rest
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts
        && rest.all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn push_quoted(c: char, to: &mut String) {
    match c {
        '"' | '\\' => to.extend(['\\', c]),
        '\n' => to.push_str("\\n"),
        '\t' => to.push_str("\\t"),
        '\r' => to.push_str("\\r"),
        _ if is_visible(c) => to.push(c),
        _ => {
            let code = u32::from(c);
            // Writing to a string can't fail.
            let written = match code {
                0..=0xff => write!(to, "\\x{code:02x}"),
                0x100..=0xffff => write!(to, "\\u{code:04x}"),
                _ => write!(to, "\\U{code:08x}"),
            };
            debug_assert!(written.is_ok());
        }
    }
}

/// Whether a person who reads the file sees the character, and sees it where it stands.
fn is_visible(c: char) -> bool {
    let steers = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    let nothing = u32::from(c) & 0xfffe == 0xfffe;
    c == ' ' || !(c.is_control() || c.is_whitespace() || steers || nothing)
}
