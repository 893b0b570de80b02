//! Functions that return when they are done.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::enter::Way;
use super::outcome::{Pinned, ended, pinned};
use super::rebind::Rebound;
use super::{enter, located, mixed};
use crate::check::Plan;

/// The body runs in a closure, so that its value passes the wrapper whichever way it returns.
pub(super) fn body(plan: &Plan, rebound: &Rebound) -> TokenStream {
    let run = run(plan, rebound, pinned(plan));
    if let Pinned::Never = pinned(plan) {
        return enter::now(plan, Way::Seen, &run);
    }
    let ended = ended(plan);
    let rest = quote_spanned!(mixed()=> let __value = #run; #ended);
    enter::now(plan, Way::Seen, &rest)
}

/// `P::run(|| -> T { .. })`: the type is told, or `?` and errors would not know where they lead.
pub(super) fn run(plan: &Plan, rebound: &Rebound, answer: Pinned) -> TokenStream {
    let door = &plan.door;
    let body = rebound.block(&plan.function.body);
    let answer = match answer {
        Pinned::Type(ty) => quote_spanned!(mixed()=> -> #ty),
        Pinned::Never => quote_spanned!(mixed()=> -> !),
        Pinned::Inferred => TokenStream::new(),
    };
    // What the compiler says about the closure, it says about the function.
    let here = located(plan.function.signature.ident.span());
    let arguments = quote_spanned!(here=> ||);
    quote_spanned!(mixed()=> #door::run(#arguments #answer #body))
}

/// The body stays where it is, beside a guard: inside a closure `#[track_caller]` would name our line.
pub(super) fn guarded(plan: &Plan, rebound: &Rebound) -> TokenStream {
    enter::now(plan, Way::Unseen, &rebound.tail(&plan.function.body))
}
