//! The way into a call: the enforcement point is asked, and a refusal returns.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote_spanned};

use super::argument::marked;
use super::outcome::{Pinned, pinned};
use super::site::option;
use super::{capture, first_span, last_span, located, mixed, moved, site};
use crate::check::Plan;
use crate::item::Answer;

/// How a call is entered and what is then around its body.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// It returns when it is done, and what it returns is seen.
    Seen,
    /// It returns when it is done, and what it returns is not seen.
    Unseen,
    /// It is awaited.
    Awaited,
}

impl Way {
    /// The function of the hidden door and the type that it makes.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Seen => ("enter", "Entered"),
            Self::Unseen => ("enter_unseen", "EnteredUnseen"),
            Self::Awaited => ("enter_async", "Beginning"),
        }
    }
}

/// `P::enter(&SITE, &capture, supply)`, if anybody may want to know of the call.
///
/// The test stands here and not behind the door: where it fails, the closures are not even made.
fn ask(plan: &Plan, way: Way) -> TokenStream {
    let door = &plan.door;
    let (enter, made) = way.names();
    let (enter, made) = (Ident::new(enter, mixed()), Ident::new(made, mixed()));
    let site = site::registered(plan);
    let capture = capture::closure(plan);
    let supply = option(capture::supply(plan));
    let entered = quote_spanned!(mixed()=> #door::#enter(#site, #capture, #supply));
    if plan.supplies.runtime.is_some() {
        return entered;
    }
    let open = quote_spanned!(mixed()=> #door::#made::OPEN);
    if plan.refuses {
        quote_spanned!(mixed()=> if #door::is_switched_off() { #open } else { #entered })
    } else {
        quote_spanned!(mixed()=> if #door::is_armed() { #entered } else { #open })
    }
}

/// `let __call = ..;`, which reads arguments that the user may have named as unused.
pub(super) fn call(plan: &Plan, way: Way) -> TokenStream {
    let ask = ask(plan, way);
    let implicit = capture::implicit(plan).map(|(_, binding)| binding);
    let quiet = implicit
        .chain(marked(plan))
        .any(|binding| binding.is_underscored())
        .then(quiet);
    quote_spanned!(mixed()=> #quiet let mut __call = #ask;)
}

/// That an argument named as unused is read here is no matter of the user's.
pub(super) fn quiet() -> TokenStream {
    quote_spanned!(mixed()=> #[allow(clippy::used_underscore_binding)])
}

/// Enters a call that is not awaited and goes on with `rest`; `#[admit]` may answer in its place.
///
/// The answer is an arm and not a `return`, which the compiler would call unreachable before an `on_refuse` that never
/// returns.
pub(super) fn now(plan: &Plan, way: Way, rest: &TokenStream) -> TokenStream {
    let call = call(plan, way);
    if !plan.refuses {
        return quote_spanned!(mixed()=> #call #rest);
    }
    let refusal = refusal(plan);
    quote_spanned! {mixed()=>
        #call
        match __call.refused() {
            ::core::option::Option::Some(__refused) => #refusal,
            ::core::option::Option::None => { #rest }
        }
    }
}

/// What a refused call answers. If it can't, `on_refuse` is underlined, or else the returned type.
pub(super) fn refusal(plan: &Plan) -> TokenStream {
    let underlined = match (&plan.on_refuse, plan.function.answer()) {
        (Some(path), _) => path.to_token_stream(),
        (None, Answer::Type(ty)) => ty.to_token_stream(),
        (None, Answer::Unknown | Answer::Unit) => plan.function.signature.output.to_token_stream(),
    };
    let first = located(first_span(&underlined));
    let last = located(last_span(&underlined));
    let mut refusal = if plan.on_refuse.is_some() {
        underlined
    } else {
        let door = moved(&plan.door, first);
        quote_spanned!(last=> #door::FromRefused::from_refused)
    };
    let mut parentheses = Group::new(Delimiter::Parenthesis, quote_spanned!(last=> __refused));
    parentheses.set_span(last);
    refusal.append(parentheses);
    // Of an arm in a future, or where nothing is returned, the compiler expects nothing and would blame the other arm.
    let is_unit = matches!(plan.function.answer(), Answer::Unit);
    if plan.on_refuse.is_some()
        && (is_unit || plan.function.is_awaited())
        && let Pinned::Type(ty) = pinned(plan)
    {
        // A closure: behind a function that never returns, anything else would be unreachable.
        refusal = quote_spanned!(mixed()=> (|| -> #ty { #refusal })());
    }
    refusal
}
