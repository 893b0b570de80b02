//! What can be wrong with a key and with a note.

use std::fmt;

/// Why something is no key, or no key could be made. Nothing of a private key is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The name of a key is empty, or has a space, a plus or a control character in it.
    Name {
        /// The name.
        found: String,
    },
    /// It has not the parts of a key.
    Form {
        /// What a key looks like.
        accepted: &'static str,
    },
    /// Its hash is not that of its name and public key.
    Id {
        /// The one that stands there.
        found: String,
        /// What the name and the key amount to.
        expected: u32,
    },
    /// It is for another algorithm than Ed25519.
    Algorithm {
        /// The identifier byte, of which Ed25519 has 1.
        found: u8,
    },
    /// No public key of Ed25519 has these bytes, or one alone under which anybody can sign.
    Unfit,
    /// The operating system gives no random bytes.
    Random {
        /// What it said.
        message: String,
    },
}

/// Why a note is none, or can't be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteError {
    /// It is not written as it must be.
    Malformed {
        /// The line, from 1 on.
        line: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// None of its signatures is by a key that is known.
    UnknownKey {
        /// Who signed it: names and identifiers.
        signed_by: Vec<String>,
        /// Who is known.
        known: Vec<String>,
    },
    /// It was not signed by a key that it names.
    BadSignature {
        /// The line, from 1 on.
        line: usize,
        /// The name and identifier of the key.
        key: String,
    },
}

/// What is quoted in a message is cut here.
const SHOWN: usize = 200;

/// How a key is called in messages: its name and identifier, which are the beginning of its text form.
pub(super) fn called(name: &str, id: u32) -> String {
    let name: String = name.chars().take(SHOWN).collect();
    format!("{}+{id:08x}", name.escape_debug())
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { found } => {
                let found: String = found.chars().take(SHOWN).collect();
                let found = found.escape_debug();
                write!(
                    f,
                    "`{found}` is no name of a key; expected text without spaces, `+` and control characters"
                )
            }
            Self::Form { accepted } => write!(f, "this is no key; expected `{accepted}`"),
            Self::Id { found, expected } => {
                let found: String = found.chars().take(8).collect();
                let found = found.escape_debug();
                write!(
                    f,
                    "the key has the hash `{found}`; its name and bytes have `{expected:08x}`"
                )
            }
            Self::Algorithm { found } => {
                write!(
                    f,
                    "the key is of type {found}; expected 1, which is Ed25519"
                )
            }
            Self::Unfit => f.write_str("the key is no public key of Ed25519 that can be trusted"),
            Self::Random { message } => {
                write!(f, "no random bytes for a key: {message}")
            }
        }
    }
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line, problem } => write!(f, "line {line}: {problem}"),
            Self::UnknownKey { signed_by, known } => {
                let listed = |keys: &[String]| match keys {
                    [] => "none".to_owned(),
                    keys => format!("`{}`", keys.join("`, `")),
                };
                let (signed_by, known) = (listed(signed_by), listed(known));
                write!(
                    f,
                    "the note is signed by {signed_by}; the keys that are known: {known}"
                )
            }
            Self::BadSignature { line, key } => {
                write!(
                    f,
                    "line {line}: the signature of `{key}` is not over this text"
                )
            }
        }
    }
}

impl std::error::Error for KeyError {}
impl std::error::Error for NoteError {}
