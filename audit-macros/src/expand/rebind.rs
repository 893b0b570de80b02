//! Binding arguments anew for the body, so that what the wrapper reads still counts as unused where the body doesn't.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::FnArg;
use syn::token::Mut;

use super::argument::{is_in_attribute, marked};
use super::capture::implicit;
use super::enter::quiet;
use super::mention::mentions;
use super::mixed;
use crate::check::{Captured, FieldValue, Plan};
use crate::item::{Shape, each_binding};

/// The arguments that the body gets under the same names, with the `mut` that stood in the signature.
pub(super) struct Rebound(Vec<(Ident, Option<Mut>)>);

/// Decides which arguments are bound anew and takes their `mut` out of the signature.
pub(super) fn take(plan: &mut Plan) -> Rebound {
    let chosen: Vec<Ident> = match &plan.function.shape {
        Shape::Async => unmentioned(plan, &plan.function.body.stream()),
        Shape::Tail(tail) => unmentioned(plan, &tail.block.stream()),
        // All of them: so they are dropped in the order in which the bare function drops them.
        Shape::Sync | Shape::TrackCaller | Shape::Blind(_) => {
            let bindings = plan.function.bindings.iter();
            bindings
                .filter(|binding| !binding.has_attributes)
                .map(|binding| binding.ident.clone())
                .collect()
        }
    };
    let mut rebound: Vec<(Ident, Option<Mut>)> =
        chosen.into_iter().map(|ident| (ident, None)).collect();
    for input in &mut plan.function.signature.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        each_binding(&mut argument.pat, &mut |binding| {
            // The `mut` of `ref mut` says of which kind the reference is.
            if binding.by_ref.is_none()
                && let Some((_, mutability)) = rebound
                    .iter_mut()
                    .find(|(ident, _)| *ident == binding.ident)
            {
                let here = binding.mutability.take();
                *mutability = mutability.take().or(here);
            }
        });
    }
    Rebound(rebound)
}

/// What the wrapper reads and the body doesn't mention. Where a future is made, binding all anew would make it larger.
fn unmentioned(plan: &Plan, body: &TokenStream) -> Vec<Ident> {
    let bindings = plan
        .function
        .bindings
        .iter()
        .filter(|binding| !binding.has_attributes && !binding.is_underscored());
    let unread = bindings
        .filter(|binding| is_read(plan, &binding.ident) && !mentions(body.clone(), &binding.ident));
    unread.map(|binding| binding.ident.clone()).collect()
}

fn is_read(plan: &Plan, ident: &Ident) -> bool {
    let is_field = match &plan.captures {
        Captured::Arguments(_) => implicit(plan).any(|(_, binding)| binding.ident == *ident),
        Captured::Fields(fields) => fields
            .iter()
            .any(|field| matches!(&field.value, FieldValue::Binding(binding) if binding == ident)),
    };
    is_field || marked(plan).any(|binding| binding.ident == *ident) || is_in_attribute(plan, ident)
}

fn is_underscored(ident: &Ident) -> bool {
    ident.to_string().starts_with('_')
}

impl Rebound {
    /// The body as the end of a block, under the new bindings. It is the arm of a `match`: that drops the temporaries
    /// of the body's tail before the bindings, as a function does with its arguments, and keeps the compiler from
    /// calling the body's braces needless.
    pub(super) fn tail(&self, body: &impl ToTokens) -> TokenStream {
        if self.0.is_empty() {
            return quote_spanned!(mixed()=> match () { () => #body });
        }
        let names = self.0.iter().map(|(ident, _)| ident);
        let bound = self
            .0
            .iter()
            .map(|(ident, mutability)| quote_spanned!(mixed()=> #mutability #ident));
        let names = quote_spanned!(mixed()=> (#(#names,)*));
        let bound = quote_spanned!(mixed()=> (#(#bound,)*));
        if self.0.iter().any(|(ident, _)| is_underscored(ident)) {
            let quiet = quiet();
            quote_spanned!(mixed()=> #quiet let __arguments = #names; match __arguments { #bound => #body })
        } else {
            quote_spanned!(mixed()=> match #names { #bound => #body })
        }
    }

    /// The same as a block of its own.
    pub(super) fn block(&self, body: &impl ToTokens) -> TokenStream {
        if self.0.is_empty() {
            return body.to_token_stream();
        }
        let tail = self.tail(body);
        quote_spanned!(mixed()=> { #tail })
    }
}
