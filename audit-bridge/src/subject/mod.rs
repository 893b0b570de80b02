//! [`Subjects`]: what the names of events are called on the server, and which of them patterns stand for.
//!
//! A name's parts between dots are the tokens of its subject, behind a prefix: `account.transfer` is `bus.account.transfer`. What a
//! token can't hold is written as `%` and two hexadecimal digits for each byte, and an empty token as `%`. A subject that would be
//! longer than 512 bytes ends, after as many whole tokens as fit, with `%~` and the SHA-256 of the name: the server closes the
//! connection of whoever sends it a line of more than 4,096 bytes (`max_control_line`).

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use audit_core::Pattern;
use sha2::{Digest as _, Sha256};

/// The most bytes of a subject, without its prefix, that names a name in full.
const LONGEST: usize = 512;
/// The most bytes of a prefix.
const LONGEST_PREFIX: usize = 128;
/// What a token begins with that stands for a long name's rest. No part of a name is written like this.
const DIGEST: &str = "%~";

/// What the names of events are called on the server, behind a prefix.
#[derive(Clone, Debug)]
pub(crate) struct Subjects {
    prefix: String,
}

impl Subjects {
    /// With this prefix; nothing if no subject can begin with it.
    pub(crate) fn new(prefix: &str) -> Option<Self> {
        // Those that begin with `$` or `_` are the server's own.
        let is_fit = prefix.len() <= LONGEST_PREFIX
            && !prefix.starts_with(['$', '_'])
            && prefix
                .split('.')
                .all(|token| !token.is_empty() && token.bytes().all(is_plain));
        is_fit.then(|| Self {
            prefix: prefix.to_owned(),
        })
    }

    /// The subject of a name: never that of another.
    pub(crate) fn of(&self, name: &str) -> String {
        let (mut subject, is_whole) = self.begun(name.split('.'));
        if !is_whole {
            subject.push('.');
            subject.push_str(DIGEST);
            for byte in Sha256::digest(name.as_bytes()) {
                hex(byte, &mut subject);
            }
        }
        subject
    }

    /// All subjects.
    pub(crate) fn all(&self) -> String {
        format!("{}.>", self.prefix)
    }

    /// The narrowest filter that the subject of each name has to which one of these patterns stands: the one subject where they are
    /// one name, else the tokens that all begin with, and `>`.
    pub(crate) fn filter<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> String {
        let mut filters = patterns.into_iter().map(|pattern| self.filter_of(pattern));
        let Some(first) = filters.next() else {
            return self.all();
        };
        filters.fold(first, |common, other| {
            if common == other {
                return common;
            }
            // `>` stands for one token at least, so neither is taken whole.
            let both = begin(&common).split('.').zip(begin(&other).split('.'));
            let same = both.take_while(|(one, two)| one == two);
            let mut tokens: Vec<&str> = same.map(|(token, _)| token).collect();
            tokens.push(">");
            tokens.join(".")
        })
    }

    fn filter_of(&self, pattern: &Pattern) -> String {
        if pattern.is_name() {
            return self.of(pattern.as_str());
        }
        let text = pattern.as_str();
        let literal = text.split(['*', '?', '[']).next().unwrap_or_default();
        // What stands behind the last dot may go on.
        let whole = literal.rsplit_once('.').map(|(whole, _)| whole);
        let (mut filter, _) = match whole {
            Some(whole) => self.begun(whole.split('.')),
            None => (self.prefix.clone(), true),
        };
        filter.push_str(".>");
        filter
    }

    /// The prefix and as many of these tokens as fit, and whether they all do.
    fn begun<'t>(&self, tokens: impl Iterator<Item = &'t str>) -> (String, bool) {
        let mut subject = self.prefix.clone();
        let most = subject.len() + 1 + LONGEST;
        for token in tokens {
            let before = subject.len();
            subject.push('.');
            encode(token, &mut subject);
            if subject.len() > most {
                subject.truncate(before);
                return (subject, false);
            }
        }
        (subject, true)
    }

    /// The name that a subject stands for; nothing if it stands for none, or a long one, of which it holds a digest alone.
    pub(crate) fn name(&self, subject: &str) -> Option<String> {
        let tokens = subject.strip_prefix(&self.prefix)?.strip_prefix('.')?;
        let mut name = Vec::with_capacity(tokens.len());
        for (place, token) in tokens.split('.').enumerate() {
            if place > 0 {
                name.push(b'.');
            }
            decode(token, &mut name)?;
        }
        let name = String::from_utf8(name).ok()?;
        // One way of writing each: what is escaped without need is nobody's.
        (self.of(&name) == subject).then_some(name)
    }
}

/// All but the last token.
fn begin(filter: &str) -> &str {
    filter.rsplit_once('.').map_or("", |(begin, _)| begin)
}

/// Whether a byte stands for itself in a token.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'.' | b'*' | b'>' | b'%')
}

fn encode(token: &str, subject: &mut String) {
    if token.is_empty() {
        subject.push('%');
    }
    for byte in token.bytes() {
        if is_plain(byte) {
            subject.push(char::from(byte));
        } else {
            subject.push('%');
            hex(byte, subject);
        }
    }
}

fn decode(token: &str, name: &mut Vec<u8>) -> Option<()> {
    if token == "%" {
        return Some(());
    }
    let mut rest = token;
    while let Some((plain, escaped)) = rest.split_once('%') {
        name.extend(plain.bytes());
        let (digits, behind) = escaped.split_at_checked(2)?;
        name.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    name.extend(rest.bytes());
    Some(())
}

fn hex(byte: u8, text: &mut String) {
    // Writing to a string does not fail.
    let _written = write!(text, "{byte:02X}");
}
