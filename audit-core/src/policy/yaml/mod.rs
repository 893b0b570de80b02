//! YAML as version 1 understands it: text in, a tree of nodes with places out.
//!
//! The words of the tree mean what `serde_yaml` 0.9 makes of them, because the answers of version 1 rest on it: see
//! [`Scalar`]. The reader never recurses over its input and never expands an alias, so a hostile text costs time and
//! memory in proportion to its length, and that is limited by [`MAX_BYTES`] and [`MAX_MARKS`].

mod builder;
mod hint;
mod input;
mod node;
mod reader;
mod scalar;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub(crate) use node::{Entry, Kind, Node, Tag};
pub(crate) use reader::read;
pub(crate) use scalar::Scalar;
pub(crate) use writer::{number as written_number, text as written_text};

use super::problem::{Place, ProblemKind};

/// The longest text the reader accepts, in bytes.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most characters with a meaning in YAML (`,` `:` `[` `*` and the like) a text may hold. The scanner keeps the
/// tokens of a whole flow collection before it hands on the first, about half a kilobyte for each such character.
pub(crate) const MAX_MARKS: usize = 2_000_000;
/// How deep lists and maps may nest, aliases followed.
pub(crate) const MAX_DEPTH: usize = 128;
/// The most nodes a text may stand for, every alias counted as what it refers to.
pub(crate) const MAX_NODES: u64 = 5_000_000;

/// What became of one text.
///
/// A text that breaks off still has the part before the break: version 1 reports a wrong type in that part rather
/// than the break behind it.
#[derive(Debug)]
pub(crate) struct Document {
    /// The first document; `None` if the text holds none, or was refused for its size.
    pub(crate) root: Option<Node>,
    /// Why the text is not one YAML document, if it is not.
    pub(crate) failure: Option<Failure>,
}

/// Why a text is not one YAML document.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// One of the `P0` kinds.
    pub(crate) kind: ProblemKind,
    /// Where; `None` if the whole text is meant.
    pub(crate) place: Option<Place>,
    /// What was found and what is accepted.
    pub(crate) message: String,
    /// The way out.
    pub(crate) hint: Option<String>,
}

impl Failure {
    fn syntax(place: Place, message: &str) -> Self {
        Self {
            kind: ProblemKind::YamlSyntax,
            place: Some(place),
            message: message.to_owned(),
            hint: None,
        }
    }

    fn second_document(place: Place) -> Self {
        Self {
            kind: ProblemKind::MultipleDocuments,
            place: Some(place),
            message: "found more after the end of the document, expected one document".to_owned(),
            hint: Some("a file holds one document: remove `---` and what follows, or put it in a file of its own".to_owned()),
        }
    }

    fn too_large(place: Option<Place>, message: String) -> Self {
        Self {
            kind: ProblemKind::TooLarge,
            place,
            message,
            hint: None,
        }
    }
}
