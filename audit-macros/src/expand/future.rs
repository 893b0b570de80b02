//! Functions that return a future: judged at its first poll where the tail can be seen, else at the call.

use proc_macro2::{Group, Ident, TokenStream};
use quote::quote_spanned;
use syn::ReturnType;

use super::asynchronous::awaited;
use super::erase::erased;
use super::outcome::{Pinned, reporter};
use super::rebind::Rebound;
use super::{enter, mixed, sync};
use crate::check::Plan;
use crate::item::{Tail, promise};
use quote::ToTokens;
use syn::Type;

/// Only what is inside the async block is rewritten; the box around it is the user's.
pub(super) fn tail(plan: &Plan, tail: &Tail, rebound: &Rebound) -> TokenStream {
    // The wrapper reads arguments by reference, which a block that only borrows could not carry out of the function.
    let moves = Ident::new("move", mixed());
    let inside = awaited(plan, rebound, Some(&moves), &tail.block);
    let asynchronous = &tail.asynchronous;
    let block = quote_spanned!(mixed()=> #asynchronous #moves { #inside });
    match &tail.boxed {
        None => block,
        Some((path, parentheses)) => {
            let mut parenthesised = Group::new(parentheses.delimiter(), block);
            parenthesised.set_span(parentheses.span());
            quote_spanned!(mixed()=> #path #parenthesised)
        }
    }
}

/// A future made in a way that can't be seen through.
pub(super) fn blind(plan: &Plan, rebound: &Rebound) -> TokenStream {
    let call = enter::call(plan, enter::Way::Awaited);
    let ReturnType::Type(_, written) = &plan.function.signature.output else {
        return TokenStream::new();
    };
    let answer = match &**written {
        Type::ImplTrait(_) => Pinned::Inferred,
        written => Pinned::Type(erased(written.to_token_stream())),
    };
    let made = sync::run(plan, rebound, answer);
    let report = reporter(plan);
    let run = quote_spanned!(mixed()=> __call.watch(__future, #report));
    let future = if promise(written).is_some_and(|promise| promise.boxed) {
        quote_spanned!(mixed()=> ::std::boxed::Box::pin(#run))
    } else {
        run
    };
    quote_spanned!(mixed()=> #call let __future = #made; #future)
}
