//! The whole way of an attribute, from tokens to tokens.

mod bus;
mod golden;
mod level;
mod mark;
mod message;
mod page;
mod payload;
mod property;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::attribute::{JUDGES, Kind, MARKS};
use crate::expand::{attribute, component, free, outside};
use crate::manifest::Defaults;

/// Takes an attribute of ours off the front of a source text: kind, arguments, item.
fn parts(source: &str) -> (Kind, TokenStream, TokenStream) {
    let mut tokens = source.parse::<TokenStream>().unwrap().into_iter();
    let _hash = tokens.next();
    let Some(TokenTree::Group(brackets)) = tokens.next() else {
        panic!("no attribute in front: {source}");
    };
    let mut inside = brackets.stream().into_iter();
    let word = inside.next().unwrap().to_string();
    let kind = [&[Kind::Component], JUDGES, MARKS]
        .into_iter()
        .flatten()
        .find(|kind| kind.word() == word);
    let kind = *kind.unwrap_or_else(|| panic!("no attribute of ours: {word}"));
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
    match kind {
        Kind::Audit | Kind::Admit => attribute(kind, args, item, &Defaults::default()),
        Kind::Component => component(args, item),
        Kind::Subscribe | Kind::Runnable => free(kind, args, item),
        _ => outside(kind, item),
    }
}
