//! Everything that is not a function with a body, and what to say about it.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Signature, Token};

use crate::attribute::Kind;

/// The message for an item of another kind.
pub(super) fn not_a_function(kind: Kind, input: ParseStream) -> Option<Error> {
    let (what, span) = other_item(input)?;
    let way_out = match what {
        "an impl block" if !kind.is_judge() => {
            ": put `#[component(\"name\")]` on it, and this on the functions inside"
        }
        "a trait" if !kind.is_judge() => "",
        "an impl block" | "a module" => ": put it on the functions inside",
        "a trait" => {
            ": put it on its functions with a default body, or on those of the implementations"
        }
        "a closure" => ": move the body into a function",
        _ => "",
    };
    Some(Error::new(
        span,
        format!("{kind} goes on a function, this is {what}{way_out}"),
    ))
}

/// Whether a closure stands here, which is an expression and no item.
pub(crate) fn is_closure(tokens: &TokenStream) -> bool {
    let ahead = |word: &TokenTree| matches!(word, TokenTree::Ident(word) if word == "move" || word == "async");
    let first = tokens.clone().into_iter().find(|tree| !ahead(tree));
    matches!(first, Some(TokenTree::Punct(sign)) if sign.as_char() == '|')
}

/// The message for a function that ends in `;`.
pub(super) fn no_body(kind: Kind, signature: &Signature, input: ParseStream) -> Error {
    let name = &signature.ident;
    if !kind.is_judge() {
        let message = format!("`{name}` has no body: {kind} goes on a function that has one");
        return Error::new(name.span(), message);
    }
    if input.peek(Token![;]) {
        // Only what belongs to a trait takes `self`; the rest may as well stand in an `extern` block.
        let or = if signature.receiver().is_some() {
            ""
        } else {
            "; if it is foreign, put it on a function that calls it"
        };
        let message = format!(
            "`{name}` has no body: put the attribute on the implementations, or give it a default body{or}"
        );
        Error::new(name.span(), message)
    } else {
        Error::new(name.span(), format!("{kind} found no body of `{name}`"))
    }
}

/// Names the item that begins here, unless a function does.
pub(super) fn other_item(input: ParseStream) -> Option<(&'static str, Span)> {
    let ahead = input.fork();
    loop {
        let tree = TokenTree::parse(&ahead).ok();
        let Some(tree) = tree else {
            return Some(("nothing", Span::call_site()));
        };
        let word = match &tree {
            TokenTree::Ident(word) => word.to_string(),
            // The ABI of an `extern` function.
            TokenTree::Literal(_) => continue,
            TokenTree::Punct(sign) if sign.as_char() == '|' => {
                return Some(("a closure", sign.span()));
            }
            TokenTree::Group(_) | TokenTree::Punct(_) => {
                return Some(("something else", tree.span()));
            }
        };
        let what = match word.as_str() {
            "fn" => return None,
            "const" if function_follows(&ahead) => continue,
            "extern" if ahead.peek(Token![crate]) => "an extern crate",
            "extern" if ahead.peek(syn::token::Brace) || ahead.peek2(syn::token::Brace) => {
                "an extern block"
            }
            "async" | "unsafe" | "safe" | "default" | "gen" | "extern" => continue,
            "const" => "a constant",
            "move" => "a closure",
            "struct" => "a struct",
            "enum" => "an enum",
            "union" => "a union",
            "trait" | "auto" => "a trait",
            "impl" => "an impl block",
            "mod" => "a module",
            "static" => "a static",
            "type" => "a type alias",
            "use" => "a `use`",
            "let" => "a `let` statement",
            _ if ahead.peek(Token![!]) => "a macro",
            _ => "something else",
        };
        return Some((what, tree.span()));
    }
}

fn function_follows(ahead: ParseStream) -> bool {
    ahead.peek(Token![fn])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
}
