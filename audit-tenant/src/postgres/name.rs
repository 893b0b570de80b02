//! [`Name`]: a name of PostgreSQL's, checked where it enters, quoted by one piece of code.

use std::error::Error;
use std::fmt;

/// The name of a schema, table, column or role, as the catalogs have it: capitals, spaces and quotes count.
///
/// ```
/// use audit_tenant::postgres::Name;
/// assert_eq!(Name::new(r#"The "Ledger""#)?.to_string(), r#""The ""Ledger""""#);
/// assert!(Name::new("").is_err());
/// # Ok::<(), audit_tenant::postgres::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// How many bytes of UTF-8 it may have: PostgreSQL cuts what is longer, and then two names may become one.
    pub const MAX_BYTES: usize = 63;

    /// A name.
    ///
    /// # Errors
    /// It is empty, longer than [`MAX_BYTES`](Self::MAX_BYTES), or has a zero byte, which PostgreSQL takes in no name.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidName> {
        let name = name.into();
        let fault = if name.is_empty() {
            Fault::Empty
        } else if name.len() > Self::MAX_BYTES {
            Fault::TooLong(name.len())
        } else if name.contains('\0') {
            Fault::Zero
        } else {
            return Ok(Self(name));
        };
        Err(InvalidName { name, fault })
    }

    /// One that is known to be right.
    pub(super) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// It as the catalogs have it, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Quoted, as it stands in SQL.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

impl TryFrom<&str> for Name {
    type Error = InvalidName;

    fn try_from(name: &str) -> Result<Self, InvalidName> {
        Self::new(name)
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;

    fn try_from(name: String) -> Result<Self, InvalidName> {
        Self::new(name)
    }
}

/// A text as it stands in SQL, whatever `standard_conforming_strings` says in the session.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        return format!("E'{}'", quoted.replace('\\', "\\\\"));
    }
    format!("'{quoted}'")
}

/// A body of a function as it stands in SQL: readable, whatever is in it.
pub(super) fn dollar_quoted(body: &str) -> String {
    let mut tag = "$body$".to_owned();
    while body.contains(&tag) {
        tag.insert(1, '_');
    }
    format!("{tag}\n{body}{tag}")
}

/// What was given can't be a name in PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName {
    name: String,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    /// So many bytes.
    TooLong(usize),
    Zero,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.escape_debug();
        match self.fault {
            Fault::Empty => {
                f.write_str("a name in PostgreSQL is empty, expected at least one character")
            }
            Fault::TooLong(bytes) => write!(
                f,
                "the name `{name}` has {bytes} bytes, expected at most {}, to which PostgreSQL would cut it",
                Name::MAX_BYTES
            ),
            Fault::Zero => write!(f, "the name `{name}` has a zero byte, expected none"),
        }
    }
}

impl Error for InvalidName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_postgresql_would_cut_is_refused() {
        assert!(Name::new("ä".repeat(31)).is_ok());
        let error = Name::new("ä".repeat(32)).unwrap_err().to_string();
        assert!(error.contains("64 bytes, expected at most 63"), "{error}");
        assert!(Name::new("a\0b").is_err());
    }

    #[test]
    fn a_text_is_quoted_with_and_without_backslashes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"\' OR 1=1"), r"E'\\'' OR 1=1'");
    }
}
