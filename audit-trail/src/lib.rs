//! The durable, ordered, provable and searchable log of audit records, embedded in the process.

mod columns;
pub mod export;
pub mod note;
pub mod proof;
mod store;
pub mod tree;

pub use columns::Columns;
