//! The way out of a call: what became of it, read from the returned value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::{erase, located, mixed, moved};
use crate::check::{Plan, Record};
use crate::item::Answer;

/// The report of `value`, a reference to what the body returned.
pub(super) fn report(plan: &Plan, value: &TokenStream) -> TokenStream {
    let door = &plan.door;
    // A value that can't be recorded is underlined at `ret` or `err`.
    let call = |method: &str, key: Span| {
        // All of it at one place and of one origin, or the compiler underlines the whole attribute.
        let key = located(key);
        let method = Ident::new(method, key);
        let door = moved(door, key);
        quote_spanned!(key=> #door::returned(#value).#method())
    };
    match plan.record {
        Record::Outcome => quote_spanned!(mixed()=> #door::returned(#value).report()),
        Record::Value(ret) => call("report_value", ret),
        Record::Error(err) => call("report_error", err),
        Record::ValueAndError(ret, err) => {
            let (value, error) = (call("report_value", ret), call("report_error", err));
            quote_spanned!(mixed()=> #value.and(#error))
        }
    }
}

/// Reports the value of a body that returned, and is that value.
pub(super) fn ended(plan: &Plan) -> TokenStream {
    let report = report(plan, &quote_spanned!(mixed()=> &__value));
    quote_spanned!(mixed()=> if __call.is_on() { __call.end(#report); } __value)
}

/// The same as a closure, for a future that somebody else made.
pub(super) fn reporter(plan: &Plan) -> TokenStream {
    let report = report(plan, &quote_spanned!(mixed()=> __value));
    quote_spanned!(mixed()=> |__value| #report)
}

/// The type the body must end in, as the compiler is told inside a closure or an async block.
pub(super) enum Pinned {
    Type(TokenStream),
    Never,
    /// `impl Trait`, or a future that doesn't name its output.
    Inferred,
}

pub(super) fn pinned(plan: &Plan) -> Pinned {
    match plan.function.answer() {
        Answer::Unit => {
            let here = located(plan.function.signature.ident.span());
            Pinned::Type(quote_spanned!(here=> ()))
        }
        Answer::Type(Type::Never(_)) => Pinned::Never,
        Answer::Type(Type::ImplTrait(_)) | Answer::Unknown => Pinned::Inferred,
        Answer::Type(ty) => Pinned::Type(erase::erased(ty.to_token_stream())),
    }
}
