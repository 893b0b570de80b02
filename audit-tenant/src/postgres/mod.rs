//! Row-level security.

mod begin;
mod binder;
mod binding;
mod check;
mod error;
mod house;
mod key;
mod name;
mod policy;
mod refusal;
mod rotation;
mod security;
mod statements;
mod table;
mod transaction;

pub use begin::Begin;
pub use binder::Binder;
pub use binding::Binding;
pub use check::{Finding, FindingKind, Severity};
pub use error::Error;
pub use key::{InvalidKey, Key};
pub use name::{InvalidName, Name};
pub use refusal::refusal;
pub use security::RowSecurity;
pub use table::{Table, TenantType};
pub use transaction::TenantTransaction;
