//! Names and patterns of events: who is told of what.

mod anchor;
mod index;
#[cfg(test)]
mod tests;

pub(in crate::bus) use index::Index;
