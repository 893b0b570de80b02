//! The attributes of `audit-core`. Depend on that crate: it re-exports them together with what their expansion needs.
//!
//! | attribute | stands on | says |
//! | --- | --- | --- |
//! | [`macro@audit`] | a function | judge and record every call, stop none |
//! | [`macro@admit`] | a function | the same, and refuse what policy refuses |
//!
//! # Rooms
//! Each hands a type to the next, so that nothing unchecked is ever expanded:
//! `args` reads what was written and `item` what it was written on, `check` turns both into a `Plan` or gathers every
//! mistake, and `expand` turns a `Plan` into tokens. `manifest` reads the defaults a crate sets for itself.
//!
//! # Features
//! - `off`: arguments are checked and the function comes back as written.

mod args;
mod attribute;
mod check;
mod expand;
mod item;
mod manifest;
mod mistake;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::attribute::Kind;

#[doc = include_str!("../docs/audit.md")]
#[proc_macro_attribute]
pub fn audit(args: TokenStream, item: TokenStream) -> TokenStream {
    let defaults = manifest::Defaults::default();
    expand::attribute(Kind::Audit, args.into(), item.into(), &defaults).into()
}

#[doc = include_str!("../docs/admit.md")]
#[proc_macro_attribute]
pub fn admit(args: TokenStream, item: TokenStream) -> TokenStream {
    let defaults = manifest::defaults();
    expand::attribute(Kind::Admit, args.into(), item.into(), &defaults).into()
}
