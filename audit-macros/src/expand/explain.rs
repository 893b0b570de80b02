//! The companion that says how policy would judge a call, without making it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::FnArg;

use super::site::option;
use super::{capture, mixed, site};
use crate::check::Plan;
use crate::item::each_binding;

/// A function with the same arguments, beside the annotated one.
pub(super) fn companion(plan: &Plan) -> Option<TokenStream> {
    let name = plan.explain.as_ref()?;
    let door = &plan.door;
    let signature = &plan.function.signature;
    let doc = format!(
        "Says how policy would judge [`{}`], without running it.",
        signature.ident
    );
    let (visibility, generics) = (&plan.function.visibility, &signature.generics);
    let condition = &generics.where_clause;
    let arguments = signature.inputs.iter().map(without_mut);
    let unread = plan
        .function
        .bindings
        .iter()
        .filter(|binding| !binding.has_attributes)
        .map(|binding| &binding.ident);
    let site = site::unlisted(plan);
    let capture = capture::closure(plan);
    let supply = option(capture::supply(plan));
    // The head stands where the user named it: the compiler keeps silent about a whole group of unused functions if
    // one of them is a macro's. Clippy has said about the arguments what there is to say.
    let here = name.span();
    let head = quote_spanned!(here=> fn #name);
    let result = quote_spanned!(here=> -> ::core::option::Option<#door::Explanation>);
    let asynchronous = plan
        .function
        .is_awaited()
        .then(|| quote_spanned!(here=> async));
    // What captures is gone before the wait: the companion's future is as `Send` as its arguments.
    let explain = if asynchronous.is_some() {
        "explain_async"
    } else {
        "explain"
    };
    let explain = Ident::new(explain, mixed());
    let wait = asynchronous
        .is_some()
        .then(|| quote_spanned!(mixed()=> .await));
    let inside = quote_spanned! {mixed()=>
        #(let _ = &#unread;)*
        let __explanation = #door::#explain(#site, #capture, #supply);
        __explanation #wait
    };
    let body = quote_spanned!(here=> { #inside });
    Some(quote_spanned! {mixed()=>
        #[doc = #doc]
        #[must_use]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        #visibility #asynchronous #head #generics (#(#arguments),*) #result #condition #body
    })
}

/// The companion changes nothing, and a `mut` too many would be a warning at the user's argument.
fn without_mut(argument: &FnArg) -> TokenStream {
    let tokens = argument.to_token_stream();
    match syn::parse2(tokens.clone()) {
        Ok(FnArg::Typed(mut argument)) => {
            each_binding(&mut argument.pat, &mut |binding| {
                if binding.by_ref.is_none() {
                    binding.mutability = None;
                }
            });
            argument.into_token_stream()
        }
        Ok(FnArg::Receiver(mut receiver)) => {
            receiver.mutability = None;
            receiver.into_token_stream()
        }
        Err(_) => tokens,
    }
}
