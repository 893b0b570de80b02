//! [`Page`]: a YAML text in block style, line by line.

use std::fmt::{self, Write as _};

use crate::policy::yaml::written_text;

/// The longest key that may stand on a line with its value: YAML allows 1,024 characters and no more.
const LONGEST_KEY: usize = 1024;

/// A text whose lines are indented by two blanks for each level.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    level: usize,
    /// The next line begins an item of a list.
    item: bool,
}

impl Page {
    /// Writes one line.
    pub(super) fn line(&mut self, line: impl fmt::Display) {
        let mark = if std::mem::take(&mut self.item) {
            "- "
        } else {
            ""
        };
        let indentation = self.level * 2 - mark.len();
        let written = writeln!(self.text, "{:indentation$}{mark}{line}", "");
        debug_assert!(written.is_ok(), "writing to a string can't fail");
    }

    /// Writes several lines.
    pub(super) fn lines(&mut self, lines: &[&str]) {
        for line in lines {
            self.line(line);
        }
    }

    /// Writes a line, and what belongs to it one level deeper.
    pub(super) fn block(&mut self, head: impl fmt::Display, inside: impl FnOnce(&mut Self)) {
        self.line(head);
        self.level += 1;
        inside(self);
        self.level -= 1;
    }

    /// Writes one item of a list; its first line bears the mark.
    pub(super) fn item(&mut self, inside: impl FnOnce(&mut Self)) {
        self.level += 1;
        self.item = true;
        inside(self);
        self.level -= 1;
    }

    /// Writes a map or list under a key; an empty one in brackets.
    pub(super) fn filled(
        &mut self,
        key: &str,
        empty: Option<&str>,
        inside: impl FnOnce(&mut Self),
    ) {
        match empty {
            Some(brackets) => self.line(format_args!("{key}: {brackets}")),
            None => self.block(format_args!("{key}:"), inside),
        }
    }

    /// Writes a free name as a key, and what belongs to it one level deeper.
    pub(super) fn named_block(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        let name = written_text(name);
        if is_short(&name) {
            self.block(format_args!("{name}:"), inside);
        } else {
            self.line(format_args!("? {name}"));
            self.block(":", inside);
        }
    }

    /// Writes a free name as a key, and its value.
    pub(super) fn named(&mut self, name: &str, value: impl fmt::Display) {
        let name = written_text(name);
        if is_short(&name) {
            self.line(format_args!("{name}: {value}"));
        } else {
            self.line(format_args!("? {name}"));
            self.line(format_args!(": {value}"));
        }
    }

    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

fn is_short(key: &str) -> bool {
    key.chars().nth(LONGEST_KEY).is_none()
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::policy::yaml::{Scalar, read};

    #[test]
    fn a_name_of_any_length_comes_back_as_it_was() {
        for name in [1, 1022, 1023, 1024, 1025, 5000].map(|count| "ä".repeat(count)) {
            let mut page = Page::default();
            page.block("outer:", |page| {
                page.named(&name, "string");
                page.named_block(&format!("{name}."), |page| page.line("inner: 1"));
                page.named("last", 2);
            });
            let text = page.into_text();
            let document = read(&text);
            assert!(document.failure.is_none(), "{:?}", document.failure);
            let root = document.root.unwrap();
            let outer = root.get("outer").unwrap();
            assert_eq!(outer.entries().unwrap().len(), 3);
            assert_eq!(outer.get(&name).unwrap().plain_text(), Some("string"));
            let inner = outer.get(&format!("{name}.")).unwrap().get("inner");
            assert_eq!(inner.unwrap().scalar(), Some(Scalar::Unsigned(1)));
        }
    }
}
