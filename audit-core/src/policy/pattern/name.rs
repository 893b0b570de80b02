//! [`Pattern`]: a pattern of names, for whoever picks actions or events by name.

use std::fmt;
use std::str::FromStr;

use regex::Regex;

use super::{MAX_LENGTH, Part, compile, parts};

/// A pattern of names, as Python's `fnmatch.fnmatchcase` understands it since 3.11, on the whole name.
///
/// `*` stands for any characters, dots included, `?` for one, `[abc]` and `[a-z]` for one of these, `[!abc]` for one of
/// all others. A bracket that is not closed stands for itself.
///
/// ```
/// use audit_core::Pattern;
///
/// let accounts: Pattern = "account.*".parse()?;
/// assert!(accounts.matches("account.transfer"));
/// assert!(!accounts.matches("accounting"));
/// # Ok::<(), audit_core::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// Nothing where the pattern is the name itself.
    regex: Option<Regex>,
}

impl Pattern {
    /// Reads a pattern. Every text that is not too large is one.
    ///
    /// # Errors
    /// It is longer than 64 KiB, or takes more than a MiB once it is compiled.
    pub fn new(text: impl Into<String>) -> Result<Self, PatternError> {
        let text = text.into();
        let literal = parts(&text).all(|part| matches!(part, Part::Text(_)));
        let regex = if literal && text.len() <= MAX_LENGTH {
            None
        } else {
            Some(compile(&text).ok_or(PatternError(()))?.regex)
        };
        Ok(Self { text, regex })
    }

    /// Whether it stands for this name.
    pub fn matches(&self, name: &str) -> bool {
        match &self.regex {
            None => self.text == name,
            Some(regex) => regex.is_match(name),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for one name alone: its own text.
    pub fn is_name(&self) -> bool {
        self.regex.is_none()
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// A pattern that is too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(());

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pattern is too large: at most 64 KiB, and a MiB once it is compiled")
    }
}

impl std::error::Error for PatternError {}
