//! [`Secrets`]: what was hidden, to find it again in texts that quote it.

use std::collections::BTreeMap;

use crate::contain::SHOWN_LIMIT;
use crate::value::{SubstituteKind, Text, Value};
use crate::word::one_line;

use super::forms::{Forms, SHORTEST};
use super::{MASK, Redaction, WITHHELD, stands_for_redacted};

/// Deeper lists and maps are no part of a record.
const MAX_DEPTH: usize = 96;

/// The hidden values of one call as a text may quote them: plain, and escaped as Rust, JSON and our own messages do.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    forms: Forms,
    /// Whether nothing borrows, so that names which are borrowed stand in the program.
    of_payload: bool,
    /// How the strictest of them is kept out of records.
    strictest: Option<Redaction>,
    /// What stands for every text where there are others that nobody knows: any text may quote one.
    unknown: Option<&'static str>,
}

impl Secrets {
    /// Those of values that borrow nothing: what members of types are called is no secret, what stands in maps may be.
    pub(crate) fn of_payload() -> Self {
        Self {
            of_payload: true,
            ..Self::default()
        }
    }

    /// Adds the texts and numbers in a value. What of it is left out is not known.
    pub(crate) fn add(&mut self, value: &Value<'_>) {
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            match value {
                // What stands there already is no secret.
                Value::Text(text) if stands_for_redacted(text) => {}
                Value::Text(text) => self.add_text(text),
                Value::Int(_) | Value::UInt(_) | Value::Float(_) => {
                    self.add_text(&value.to_string());
                }
                Value::List(items) => waiting.extend(items),
                Value::Map(fields) => {
                    for field in fields.iter() {
                        let is_ours = self.of_payload && field.name.is_borrowed();
                        if !(is_ours || field.name.is_declared()) {
                            self.add_text(&field.name);
                        }
                        waiting.push(&field.value);
                    }
                }
                Value::Substitute(substitute) => {
                    if substitute.kind != SubstituteKind::Bytes {
                        self.unknown.get_or_insert(WITHHELD);
                    }
                    self.add_text(&substitute.text);
                }
                Value::Null | Value::Bool(_) => {}
            }
        }
    }

    /// Adds what stands withheld in the event itself, and is known to nobody: beside it nothing is said.
    pub(crate) fn add_withheld(&mut self) {
        self.unknown = Some(MASK);
    }

    fn add_text(&mut self, text: &str) {
        if text.chars().nth(SHORTEST - 1).is_none() {
            return;
        }
        self.forms.add(text);
        if text.bytes().all(is_plain) {
            return;
        }
        let quoted = format!("{text:?}");
        let json = serde_json::to_string(text).unwrap_or_default();
        let escaped = text.escape_debug().to_string();
        let line = one_line(text).to_string();
        for form in [unquoted(&quoted), unquoted(&json), &escaped, &line] {
            if form != text && !form.is_empty() {
                self.forms.add(form);
            }
        }
    }

    /// The strictest of them is kept out of records at least like this.
    pub(super) fn note(&mut self, how: Redaction) {
        self.strictest = self.strictest.max(Some(how));
    }

    /// Whether any of them is kept out of records more strictly.
    pub(crate) fn any_stricter(&self, how: Redaction) -> bool {
        self.strictest > Some(how)
    }

    /// Whether there is nothing to find.
    pub(crate) fn is_empty(&self) -> bool {
        self.forms.is_empty() && self.unknown.is_none()
    }

    /// The text without what it quotes; `None` where it quotes nothing.
    pub(crate) fn hide_in(&self, text: &str) -> Option<String> {
        if let Some(instead) = self.unknown {
            return Some(instead.to_owned());
        }
        // A foreign text is cut while it is written: what it quotes at its end may be cut too.
        let cut = text.chars().nth(SHOWN_LIMIT - 1).is_some();
        let found = self.forms.find(text, cut);
        if found.is_empty() {
            return None;
        }
        let (mut hidden, mut end) = (String::with_capacity(text.len()), 0);
        for range in found {
            // What overlaps is one place.
            if range.start >= end {
                hidden.push_str(text.get(end..range.start).unwrap_or_default());
                hidden.push_str(MASK);
            }
            end = end.max(range.end);
        }
        hidden.push_str(text.get(end..).unwrap_or_default());
        Some(hidden)
    }

    /// The value without what its texts, names and numbers quote.
    pub(crate) fn hide_in_value<'v>(&self, value: Value<'v>) -> Value<'v> {
        match (value, self.unknown) {
            (value @ (Value::Null | Value::Bool(_)), _) => value,
            // One text for all of it: a list would still tell how many there are.
            (_, Some(instead)) => Value::Text(Text::borrowed(instead)),
            (value, None) => self.hide_at(value, 0),
        }
    }

    fn hide_at<'v>(&self, value: Value<'v>, depth: usize) -> Value<'v> {
        let hidden = |text: &str| self.hide_in(text).map(Text::from);
        match value {
            Value::Null | Value::Bool(_) => value,
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => {
                hidden(&value.to_string()).map_or(value, Value::Text)
            }
            Value::Text(text) => Value::Text(hidden(&text).unwrap_or(text)),
            Value::Substitute(mut substitute) => {
                if let Some(text) = hidden(&substitute.text) {
                    substitute.text = text;
                }
                Value::Substitute(substitute)
            }
            Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => {
                Value::Text(Text::borrowed(MASK))
            }
            Value::List(items) => {
                let items = items.into_iter().map(|item| self.hide_at(item, depth + 1));
                Value::List(items.collect())
            }
            Value::Map(mut fields) => {
                let mut shown = BTreeMap::new();
                fields.retain(|field| {
                    if let Some(name) = self.hide_in(&field.name) {
                        // They are told apart by their number, as no name may stand twice.
                        let number = shown.entry(name.clone()).or_insert(0_usize);
                        *number += 1;
                        field.name = match *number {
                            1 => Text::from(name),
                            number => Text::from(format!("{name}{number}")),
                        };
                    }
                    let value = std::mem::replace(&mut field.value, Value::Null);
                    field.value = self.hide_at(value, depth + 1);
                    true
                });
                Value::Map(fields)
            }
        }
    }
}

/// A text as it was quoted, without the quotes.
fn unquoted(quoted: &str) -> &str {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(quoted)
}

/// Whether a byte stands for itself wherever it is quoted.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Fields, Substitute};

    fn secrets(values: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        for value in values {
            secrets.add(&Value::from(Text::from(*value)));
        }
        secrets
    }

    #[test]
    fn every_form_of_a_secret_is_found() {
        let secrets = secrets(&["pass\"wörd\n\u{1}'"]);
        for form in [
            "pass\"wörd\n\u{1}'",
            &format!("{:?}", "pass\"wörd\n\u{1}'"),
            &"pass\"wörd\n\u{1}'".escape_debug().to_string(),
            &one_line("pass\"wörd\n\u{1}'").to_string(),
            &serde_json::to_string("pass\"wörd\n\u{1}'").unwrap(),
        ] {
            let hidden = secrets.hide_in(&format!("<{form}>")).unwrap();
            assert!(!hidden.contains("wörd"), "{form} gave {hidden}");
            assert!(hidden.starts_with('<') && hidden.ends_with('>'), "{hidden}");
        }
    }

    #[test]
    fn what_overlaps_is_hidden_as_one() {
        let secrets = secrets(&["hunter22", "22 is my age", "unte"]);
        let hidden = secrets.hide_in("I am hunter22 is my age, hunter22.");
        assert_eq!(hidden.as_deref(), Some("I am ***, ***."));
    }

    #[test]
    fn short_texts_stay_and_so_does_what_quotes_nothing() {
        assert!(secrets(&["abc", ""]).is_empty());
        assert_eq!(secrets(&["abcd"]).hide_in("abc d"), None);
    }

    #[test]
    fn a_secret_that_a_cut_text_ends_in_is_hidden_as_far_as_it_stands() {
        let secret = "correct horse battery staple";
        let mut text = "x".repeat(500);
        text.push_str(&secret[..12]);
        let hidden = secrets(&[secret]).hide_in(&text).unwrap();
        assert_eq!(hidden, format!("{}***", "x".repeat(500)));
        assert_eq!(
            secrets(&[secret]).hide_in(&secret[..12]),
            None,
            "nothing was cut"
        );
    }

    #[test]
    fn where_some_are_not_known_every_text_is_withheld() {
        let mut secrets = secrets(&["hunter22"]);
        let bytes = Substitute::new(SubstituteKind::Bytes, "00ff00ff");
        secrets.add(&bytes.into_value());
        assert_eq!(secrets.hide_in("so 00ff00ff").as_deref(), Some("so ***"));
        let cut = Substitute::new(SubstituteKind::Cut, "further items are left out");
        secrets.add(&Value::from(vec![cut.into_value()]));
        assert_eq!(secrets.hide_in("so it is").as_deref(), Some(WITHHELD));
        let hidden = secrets.hide_in_value(Value::from(vec![7, 8]));
        assert_eq!(hidden, Value::Text(Text::borrowed(WITHHELD)));
        assert_eq!(secrets.hide_in_value(Value::Null), Value::Null);
    }

    #[test]
    fn a_value_is_searched_in_its_texts_names_and_numbers() {
        let mut secrets = secrets(&["hunter22"]);
        secrets.add(&Value::from(vec![4_111_111_111_i64]));
        let inner = Fields::new()
            .with("hunter22", "so hunter22")
            .with("n", 4_111_111_111_i64);
        let hidden = secrets.hide_in_value(Value::from(vec![Value::from(inner), Value::from(7)]));
        assert_eq!(hidden.to_string(), r#"[{"***": "so ***", "n": "***"}, 7]"#);
    }

    #[test]
    fn names_that_quote_the_same_stay_two() {
        let secrets = secrets(&["hunter22", "hunter33"]);
        let named = Fields::new().with("hunter22", 1).with("hunter33", 2);
        let hidden = secrets.hide_in_value(Value::from(named));
        assert_eq!(hidden.to_string(), r#"{"***": 1, "***2": 2}"#);
    }
}
