//! From nodes to a [`Suite`]: which keys there are, and of which form what stands behind them.
//!
//! Every mistake is gathered, and what is sound is read all the same. What words refer to is the plan's concern.

mod case;
mod document;
mod keys;

use audit_core::{Place, Text, Timestamp};

use super::named::Fixtures;
use super::slot::{Said, Slot};
use super::yaml::Node;

pub(crate) use document::read;

/// A suite as it is written.
#[derive(Debug)]
pub(crate) struct Suite<'n> {
    pub(crate) name: Text<'static>,
    pub(crate) name_place: Place,
    /// Where the policy is, seen from the file.
    pub(crate) policy: Option<Text<'static>>,
    pub(crate) clock: Option<Timestamp>,
    pub(crate) fixtures: Fixtures,
    pub(crate) drafts: Vec<Draft<'n>>,
}

/// A case as it is written, or a table of them.
#[derive(Debug)]
pub(crate) struct Draft<'n> {
    pub(crate) place: Place,
    pub(crate) said: Vec<Said<'n>>,
    pub(crate) table: Option<Table<'n>>,
    /// Whether nothing of it was mistaken.
    pub(crate) sound: bool,
}

/// A table: each row is a case.
#[derive(Debug)]
pub(crate) struct Table<'n> {
    pub(crate) columns: Vec<(Slot<'n>, Place)>,
    pub(crate) rows: &'n [Node],
}
