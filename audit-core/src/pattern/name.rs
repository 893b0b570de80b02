//! [`Pattern`]: a pattern of names, for whoever picks actions or events by name.

use std::fmt;
use std::str::FromStr;

use super::{Glob, MAX_LENGTH, Part, parts};

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
    glob: Option<Glob>,
}

impl Pattern {
    /// Reads a pattern. Every text that is not too large is one.
    ///
    /// # Errors
    /// It is longer than 64 KiB.
    pub fn new(text: impl Into<String>) -> Result<Self, PatternError> {
        let text = text.into();
        if text.len() > MAX_LENGTH {
            return Err(PatternError(text.len()));
        }
        Ok(Self::checked(text))
    }

    /// Reads a pattern whose length was checked when it was compiled.
    pub(crate) fn checked(text: String) -> Self {
        let literal = parts(&text).all(|part| matches!(part, Part::Text(_)));
        let glob = (!literal).then(|| Glob::of(&text));
        Self { text, glob }
    }

    /// Whether it stands for this name.
    pub fn matches(&self, name: &str) -> bool {
        match &self.glob {
            None => self.text == name,
            Some(glob) => glob.matches(name),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for one name alone: its own text.
    pub fn is_name(&self) -> bool {
        self.glob.is_none()
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

/// A pattern that is too long, and how many bytes it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(usize);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, most) = (self.0, MAX_LENGTH);
        write!(
            f,
            "the pattern is too long: {length} bytes, at most {most} are accepted"
        )
    }
}

impl std::error::Error for PatternError {}
