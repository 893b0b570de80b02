//! The whole way of an attribute, from tokens to tokens.

mod golden;
mod message;
mod property;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::attribute::Kind;
use crate::expand::attribute;
use crate::manifest::Defaults;

/// Takes `#[audit(..)]` or `#[admit(..)]` off the front of a source text: kind, arguments, item.
fn parts(source: &str) -> (Kind, TokenStream, TokenStream) {
    let mut tokens = source.parse::<TokenStream>().unwrap().into_iter();
    let _hash = tokens.next();
    let Some(TokenTree::Group(brackets)) = tokens.next() else {
        panic!("no attribute in front: {source}");
    };
    let mut inside = brackets.stream().into_iter();
    let kind = match inside.next().unwrap().to_string().as_str() {
        "audit" => Kind::Audit,
        "admit" => Kind::Admit,
        other => panic!("no attribute of ours: {other}"),
    };
    let args = match inside.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            group.stream()
        }
        _ => TokenStream::new(),
    };
    (kind, args, tokens.collect())
}

fn expand(source: &str) -> TokenStream {
    let (kind, args, item) = parts(source);
    attribute(kind, args, item, &Defaults::default())
}
