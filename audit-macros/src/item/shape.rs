//! The shape of a function, which decides how it is wrapped.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Attribute, ReturnType, Signature};

use super::body::is_punct;
use super::promise::promise;

/// How a call runs, as far as signature and tail tell.
pub(crate) enum Shape {
    Sync,
    /// A sync function that knows its caller's line, which it would lose inside a closure.
    TrackCaller,
    /// `async fn`
    Async,
    /// Returns a future, and the whole body makes it.
    Tail(Tail),
    /// Returns a future in a way that can't be seen through.
    Blind(Blind),
}

/// `async [move] { .. }`, alone or inside `PATH::pin(..)`.
pub(crate) struct Tail {
    /// `Box::pin`, with the parentheses that hold the block.
    pub(crate) boxed: Option<(TokenStream, Group)>,
    pub(crate) asynchronous: Ident,
    pub(crate) block: Group,
}

/// Why the future can't be judged at its first poll.
pub(crate) struct Blind {
    /// Statements before the tail, rather than a tail of another form.
    pub(crate) has_statements: bool,
    pub(crate) tracks_caller: bool,
    pub(crate) span: Span,
}

pub(super) fn of(attributes: &[Attribute], signature: &Signature, body: &Group) -> Shape {
    if signature.asyncness.is_some() {
        return Shape::Async;
    }
    let tracks_caller = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("track_caller"));
    if let ReturnType::Type(_, written) = &signature.output {
        let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        // A body that makes a future returns one, also where an alias hides it.
        if let Some(tail) = tail(&tokens) {
            return Shape::Tail(tail);
        }
        if promise(written).is_some() {
            return Shape::Blind(blind(&tokens, body, tracks_caller));
        }
    }
    if tracks_caller {
        Shape::TrackCaller
    } else {
        Shape::Sync
    }
}

fn tail(tokens: &[TokenTree]) -> Option<Tail> {
    let (last, path) = tokens.split_last()?;
    match last {
        TokenTree::Group(parentheses)
            if parentheses.delimiter() == Delimiter::Parenthesis && is_box_pin(path) =>
        {
            let inside: Vec<TokenTree> = parentheses.stream().into_iter().collect();
            let inside = match inside.split_last() {
                Some((comma, before)) if is_punct(Some(comma), ',') => before,
                _ => &inside,
            };
            let mut tail = block(inside)?;
            tail.boxed = Some((path.iter().cloned().collect(), parentheses.clone()));
            Some(tail)
        }
        _ => block(tokens),
    }
}

/// A path that ends in `Box::pin`.
fn is_box_pin(path: &[TokenTree]) -> bool {
    let [
        before @ ..,
        TokenTree::Ident(name),
        first,
        second,
        TokenTree::Ident(pin),
    ] = path
    else {
        return false;
    };
    let is_path =
        |tree: &TokenTree| matches!(tree, TokenTree::Ident(_)) || is_punct(Some(tree), ':');
    name == "Box"
        && pin == "pin"
        && is_punct(Some(first), ':')
        && is_punct(Some(second), ':')
        && before.iter().all(is_path)
}

fn block(tokens: &[TokenTree]) -> Option<Tail> {
    let (asynchronous, block) = match tokens {
        [TokenTree::Ident(word), TokenTree::Group(block)] => (word, block),
        [
            TokenTree::Ident(word),
            TokenTree::Ident(moves),
            TokenTree::Group(block),
        ] if moves == "move" => (word, block),
        _ => return None,
    };
    (asynchronous == "async" && block.delimiter() == Delimiter::Brace).then(|| Tail {
        boxed: None,
        asynchronous: asynchronous.clone(),
        block: block.clone(),
    })
}

fn blind(tokens: &[TokenTree], body: &Group, tracks_caller: bool) -> Blind {
    Blind {
        tracks_caller,
        has_statements: tokens.iter().any(|tree| is_punct(Some(tree), ';')),
        span: tokens.first().map_or_else(|| body.span(), TokenTree::span),
    }
}
