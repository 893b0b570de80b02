//! What a runnable answers with: a value that is kept for whoever asks, or one that is made JSON at once, while what it borrows from is
//! there.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Signature, Type};

use super::callee::{is_static, returned};
use super::wiring::Callee;
use crate::item::{compact, promise};
use crate::mistake::Mistakes;

/// The answer's type as written, if it can't be kept.
pub(super) fn fleeting(
    signature: &Signature,
    callee: &Callee,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let returned = returned(signature)?;
    let awaited = promise(returned).filter(|_| callee.awaited && signature.asyncness.is_none());
    let answer = match awaited {
        Some(promise) => promise.output?,
        None => returned,
    };
    if let Type::Never(never) = answer {
        mistakes.on(
            never,
            "a runnable that never returns can't answer: remove `-> !`",
        );
    }
    let value = value(answer);
    if let Some(word) = nameless(value.to_token_stream()) {
        mistakes.at(
            word,
            "the answer of a runnable becomes JSON where its type has no name: say that it can, as in `impl serde::Serialize`",
        );
    }
    is_fleeting(value.to_token_stream()).then(|| compact(answer))
}

/// What is in a `Result`, as far as that is written; an error is never kept as it is.
fn value(answer: &Type) -> &Type {
    if let Type::Path(path) = answer
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(value)) = arguments.args.first()
    {
        return value;
    }
    answer
}

/// Where an `impl Trait` stands that does not say that it can be written.
fn nameless(tokens: TokenStream) -> Option<Span> {
    let is =
        |tree: &TokenTree, word: &str| matches!(tree, TokenTree::Ident(found) if found == word);
    let mut tokens = tokens.into_iter();
    while let Some(tree) = tokens.next() {
        let found = match &tree {
            TokenTree::Group(group) => nameless(group.stream()),
            _ if is(&tree, "impl") => {
                let says = tokens.clone().any(|behind| is(&behind, "Serialize"));
                (!says).then(|| tree.span())
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether it borrows for less than ever, or may do so.
fn is_fleeting(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(tree) = tokens.next() {
        let found = match &tree {
            TokenTree::Punct(sign) if sign.as_char() == '&' => !is_static(tokens.clone()),
            TokenTree::Punct(sign) if sign.as_char() == '\'' => {
                !matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "static")
            }
            // One that takes a lifetime, where none is written.
            TokenTree::Ident(word) if word == "Cow" => {
                let mut behind = tokens.clone().skip(1);
                !matches!(behind.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '\'')
            }
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => {
                group.delimiter() != Delimiter::Brace && is_fleeting(group.stream())
            }
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}
