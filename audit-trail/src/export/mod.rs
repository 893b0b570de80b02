//! A trail as a directory of static files, which any server can serve and others' tools can check: C2SP `tlog-tiles`. What
//! one tenant has in it, as records each with its proof.

mod bundle;
mod error;
mod file;
mod records;
mod stored;
mod write;

pub use self::error::ExportError;
pub use self::records::write_tenant_records;
pub use self::stored::write_stored_tiles;
pub use self::write::{Entries, Exported, Omitted, Progress, write_tiles};

#[cfg(test)]
mod tests;
