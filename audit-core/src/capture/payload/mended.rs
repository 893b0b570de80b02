//! JSON whose grammar is right and that most readers refuse all the same: with halves of characters, and numbers beyond all bounds.

/// The same JSON with U+FFFD for each lone surrogate, and a text of its digits for each number that is no finite one.
pub(super) fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let (mut rest, mut is_text) = (json, false);
    while let Some(first) = rest.chars().next() {
        let (length, instead) = match first {
            '"' => {
                is_text = !is_text;
                (1, None)
            }
            '\\' if is_text => escape(rest),
            _ if is_text => (rest.find(['"', '\\']).unwrap_or(rest.len()), None),
            '-' | '0'..='9' => number(rest),
            _ => (first.len_utf8(), None),
        };
        let (taken, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        mended.push_str(instead.as_deref().unwrap_or(taken));
        rest = behind;
    }
    mended
}

/// How long the escape is with which this begins, and what is to stand instead.
fn escape(rest: &str) -> (usize, Option<String>) {
    match (unit(rest), rest.get(6..).and_then(unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
        (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd".to_owned())),
        (Some(_), _) => (6, None),
        (None, _) => {
            let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
            (1 + escaped, None)
        }
    }
}

/// The unit of UTF-16 with whose escape this begins.
fn unit(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// How long the number is with which this begins, and what is to stand instead.
fn number(rest: &str) -> (usize, Option<String>) {
    let is_of_number = |c: char| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
    let length = rest.find(|c| !is_of_number(c)).unwrap_or(rest.len());
    let digits = rest.get(..length).unwrap_or_default();
    let is_finite = digits.parse::<f64>().map_or(true, f64::is_finite);
    (length, (!is_finite).then(|| format!("\"{digits}\"")))
}
