//! Functions that are awaited: one wrapper around the body's future, one await.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::enter::Way;
use super::outcome::{Pinned, ended, pinned};
use super::rebind::Rebound;
use super::{enter, first_span, last_span, located, mixed, moved};
use crate::check::Plan;

/// The body of an `async fn`.
pub(super) fn body(plan: &Plan, rebound: &Rebound) -> TokenStream {
    let moves = Ident::new("move", mixed());
    awaited(plan, rebound, Some(&moves), &plan.function.body)
}

/// The call and its future, awaited.
pub(super) fn awaited(
    plan: &Plan,
    rebound: &Rebound,
    moves: Option<&Ident>,
    block: &impl ToTokens,
) -> TokenStream {
    let call = enter::call(plan, Way::Awaited);
    let answer = pinned(plan);
    let never = matches!(answer, Pinned::Never);
    let pin = pin(plan, answer);
    let block = rebound.tail(block);
    let mut inside = Group::new(Delimiter::Brace, quote_spanned!(mixed()=> #pin #block));
    // What the compiler says about the block, it says about the function.
    let here = located(plan.function.signature.ident.span());
    inside.set_span(here);
    let asynchronous = Ident::new("async", here);
    let body = quote_spanned!(mixed()=> #asynchronous #moves #inside);
    let run = if plan.refuses {
        "run_unless_refused"
    } else {
        "run"
    };
    let run = Ident::new(run, mixed());
    let running = quote_spanned!(mixed()=> __call.#run(#body).await);
    let ended = if never {
        quote_spanned!(mixed()=> match __value {})
    } else {
        ended(plan)
    };
    if !plan.refuses {
        return quote_spanned!(mixed()=> #call let __value = #running; #ended);
    }
    let refusal = enter::refusal(plan);
    quote_spanned! {mixed()=>
        #call
        match #running {
            ::core::result::Result::Ok(__value) => { #ended }
            ::core::result::Result::Err(__refused) => #refusal,
        }
    }
}

/// A return that is never taken. It tells the compiler the type of the block, so that `?` and errors know where they
/// lead.
fn pin(plan: &Plan, answer: Pinned) -> TokenStream {
    let ty = match answer {
        Pinned::Type(ty) => ty,
        // No stable type argument says `!`.
        Pinned::Never => quote_spanned!(mixed()=> ::core::convert::Infallible),
        Pinned::Inferred => return TokenStream::new(),
    };
    let (first, last) = (located(first_span(&ty)), located(last_span(&ty)));
    let door = moved(&plan.door, first);
    let never = quote_spanned!(first=> #door::never::<#ty>);
    let unit = quote_spanned!(last=> ());
    quote_spanned!(mixed()=> if false { return #never #unit; })
}
