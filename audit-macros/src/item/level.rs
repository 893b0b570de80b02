//! What the user says of lints, for what is written beside the item: it is the user's there as well.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Result, Token};

/// The levels of lints among these attributes, each once more.
pub(crate) fn levels(attributes: &[Attribute]) -> TokenStream {
    let metas = attributes.iter().map(|attribute| &attribute.meta);
    let levels = metas.filter_map(level);
    // One written here is no attribute of the user's, of which a lint has a word.
    levels
        .map(|level| quote_spanned!(Span::mixed_site()=> #[#level]))
        .collect()
}

fn level(meta: &Meta) -> Option<TokenStream> {
    let Meta::List(list) = meta else { return None };
    let word = list.path.get_ident()?;
    if word == "cfg_attr" {
        let (condition, behind) = behind_condition(meta).ok()?;
        let mut levels = behind.iter().filter_map(level).peekable();
        levels.peek()?;
        return Some(quote!(#word(#condition, #(#levels),*)));
    }
    let level = match word.to_string().as_str() {
        // What is expected is found where it was written, and not once more.
        "allow" | "expect" => "allow",
        "warn" => "warn",
        // Beside the item there are calls that a deprecated function does not forbid.
        "deny" | "forbid" => "deny",
        _ => return None,
    };
    let (level, lints) = (Ident::new(level, Span::mixed_site()), &list.tokens);
    Some(quote!(#level(#lints)))
}

/// What stands in a `cfg_attr`: its condition, and the attributes behind it.
pub(super) fn behind_condition(meta: &Meta) -> Result<(Meta, Punctuated<Meta, Token![,]>)> {
    let inside = |input: ParseStream| {
        let condition = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((condition, Punctuated::parse_terminated(input)?))
    };
    inside.parse2(meta.require_list()?.tokens.clone())
}
