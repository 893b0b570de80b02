//! YAML as suites use it: text in, a tree of nodes with places out.
//!
//! The words stand for what they stand for in a policy file, and the parser is the same. Aliases share what they refer
//! to, and how much they stand for is limited, so a hostile text costs time and memory in proportion to its length.

mod builder;
mod node;
mod reader;
mod scalar;

pub(crate) use node::{Content, Node, fields};
pub(crate) use reader::read;
