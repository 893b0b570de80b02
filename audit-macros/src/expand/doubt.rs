//! What is right and most likely meant otherwise: a warning at what the user wrote.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::located;
use crate::check::{Role, Wire};

/// The warning of a pattern with a `[` that nothing closes. All that an attribute can have the compiler warn of is the use of something
/// deprecated, which its user can deny or allow like anything else, at the function too.
pub(super) fn of(wire: &Wire) -> Option<TokenStream> {
    let Role::Subscribe(subscribe) = &wire.role else {
        return None;
    };
    if !subscribe.is_unclosed {
        return None;
    }
    let (conditions, levels) = (&wire.conditions, &wire.levels);
    let here = located(subscribe.pattern.span());
    Some(quote_spanned! {here=>
        #conditions
        #levels
        const _: () = {
            #[deprecated = "an unclosed `[` is taken literally: close it with `]`, or write `[[]` if you mean it"]
            const UNCLOSED_SET: () = ();
            UNCLOSED_SET
        };
    })
}
