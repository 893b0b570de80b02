//! Enums whose variants have one fixed spelling in files, events and messages; how a message shows a foreign word.

mod line;
mod nearest;

use std::fmt;

/// A word that names no value of its kind; the message lists the words that do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    found: String,
    kind: &'static str,
    accepted: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) fn new(found: &str, kind: &'static str, accepted: &'static [&'static str]) -> Self {
        Self {
            found: found.to_owned(),
            kind,
            accepted,
        }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown {} `{}`, expected one of `{}`",
            self.kind,
            self.found,
            self.accepted.join("`, `")
        )
    }
}

impl std::error::Error for UnknownWord {}

/// Declares an enum whose variants have one fixed spelling in files, events and messages.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident as $kind:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every word, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word used in files, events and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::word::UnknownWord::new(word, $kind, Self::WORDS)),
                }
            }
        }
    };
}

pub(crate) use line::one_line;
pub(crate) use named;
pub(crate) use nearest::nearest;
