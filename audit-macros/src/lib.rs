//! The attributes of `audit-core`. Depend on that crate: it re-exports them together with what their expansion needs.
//!
//! | attribute | stands on | says |
//! | --- | --- | --- |
//! | [`macro@audit`] | a function | judge and record every call, stop none |
//! | [`macro@admit`] | a function | the same, and refuse what policy refuses |
//! | [`macro@component`] | an impl block | its methods, by their marks, are a part of the program that starts and ends with others |
//! | [`macro@subscribe`] | a function, a method of a component | call it for each event whose name a pattern stands for |
//! | [`macro@runnable`] | a function, a method of a component | let others invoke it by a name |
//! | [`macro@Sensitive`] | a struct or enum | no record shows its marked members |
//!
//! [`macro@requires`], [`macro@provides`], [`macro@activate`], [`macro@deactivate`] and [`macro@health`] are marks that
//! [`macro@component`] reads.
//!
//! # Rooms
//! Each hands a type to the next, so that nothing unchecked is ever expanded:
//! `args` reads what was written and `item` what it was written on, `check` turns both into a `Plan` or gathers every
//! mistake, and `expand` turns a `Plan` into tokens. `manifest` reads the defaults a crate sets for itself.
//!
//! # Features
//! - `off`: arguments are checked and an audited or admitted function comes back as written. The attributes of the bus do what they
//!   do: without them there is no component.

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

#[doc = include_str!("../docs/component.md")]
#[proc_macro_attribute]
pub fn component(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::component(args.into(), item.into()).into()
}

#[doc = include_str!("../docs/subscribe.md")]
#[proc_macro_attribute]
pub fn subscribe(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::free(Kind::Subscribe, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/runnable.md")]
#[proc_macro_attribute]
pub fn runnable(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::free(Kind::Runnable, args.into(), item.into()).into()
}

/// Marks the constructor of a [`component`](macro@component): its parameters are the services that it is made from.
#[proc_macro_attribute]
pub fn requires(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::outside(Kind::Requires, item.into()).into()
}

/// Marks a method of a [`component`](macro@component) that returns a service for others.
#[proc_macro_attribute]
pub fn provides(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::outside(Kind::Provides, item.into()).into()
}

/// Marks what a [`component`](macro@component) does when it starts, before anything reaches it.
#[proc_macro_attribute]
pub fn activate(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::outside(Kind::Activate, item.into()).into()
}

/// Marks what a [`component`](macro@component) does when it ends, once nothing reaches it any more.
#[proc_macro_attribute]
pub fn deactivate(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::outside(Kind::Deactivate, item.into()).into()
}

/// Marks the method of a [`component`](macro@component) that says how it does.
#[proc_macro_attribute]
pub fn health(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::outside(Kind::Health, item.into()).into()
}

#[doc = include_str!("../docs/sensitive.md")]
#[proc_macro_derive(Sensitive, attributes(sensitive, serde))]
pub fn sensitive(item: TokenStream) -> TokenStream {
    expand::payload(item.into()).into()
}
