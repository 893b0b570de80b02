//! From a checked [`Plan`] to tokens: a static site, and calls into the hidden door of `audit_core`.

mod argument;
mod asynchronous;
mod capture;
mod component;
mod doubt;
mod enter;
mod erase;
mod explain;
mod free;
mod future;
mod itself;
mod mention;
mod outcome;
mod payload;
mod rebind;
mod site;
mod sync;
mod wire;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::Attribute;

use crate::args;
use crate::attribute::Kind;
use crate::check::{self, Captured, Plan};
use crate::item::{self, Shape};
use crate::manifest::Defaults;
use crate::mistake::Mistakes;

pub(crate) use self::component::component;
pub(crate) use self::free::{free, outside};
pub(crate) use self::payload::payload;

/// The whole way of one attribute. What comes back is never less than the item as it was written.
pub(crate) fn attribute(
    kind: Kind,
    args: TokenStream,
    item: TokenStream,
    defaults: &Defaults,
) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let written = args::read(kind, args, &mut mistakes);
    let function = match item::read(kind, item.clone()) {
        Ok(function) => function,
        Err(error) => {
            mistakes.add(error);
            return if item::is_closure(&item) {
                mistakes.around(&item)
            } else {
                mistakes.beside(item)
            };
        }
    };
    match check::plan(kind, written, function, defaults, mistakes) {
        Ok(_) if cfg!(feature = "off") => item,
        Ok(plan) => function_of(plan),
        Err(mistakes) => mistakes.beside(item),
    }
}

fn function_of(mut plan: Plan) -> TokenStream {
    let mut companion = explain::companion(&plan);
    leave_unmentioned(&mut plan);
    let rebound = rebind::take(&mut plan);
    let body = if plan.function.is_guarded() {
        sync::guarded(&plan, &rebound)
    } else {
        match &plan.function.shape {
            Shape::Sync | Shape::TrackCaller => sync::body(&plan, &rebound),
            Shape::Async => asynchronous::body(&plan, &rebound),
            Shape::Tail(tail) => future::tail(&plan, tail, &rebound),
            Shape::Blind(_) => future::blind(&plan, &rebound),
        }
    };
    let function = &plan.function;
    let mut tokens = TokenStream::new();
    attributes(&function.attributes, &mut tokens);
    function.visibility.to_tokens(&mut tokens);
    function.signature.to_tokens(&mut tokens);
    let mut inside = function.inner.clone();
    inside.extend(body);
    // The braces are the user's, for what the compiler says about a whole body.
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(function.body.span());
    tokens.append(block);
    tokens.append_all(companion.take());
    tokens
}

/// A future made by hand holds the arguments that its block mentions; one more would change how long they live, and
/// whether it may go to another thread. `install` says which fields are missing then.
fn leave_unmentioned(plan: &mut Plan) {
    if let (Shape::Tail(tail), Captured::Arguments(places)) =
        (&plan.function.shape, &mut plan.captures)
    {
        let (block, bindings) = (tail.block.stream(), &plan.function.bindings);
        places.retain(|place| {
            bindings
                .get(*place)
                .is_some_and(|binding| mention::mentions(block.clone(), &binding.ident))
        });
    }
}

fn attributes(attributes: &[Attribute], tokens: &mut TokenStream) {
    for attribute in attributes {
        attribute.to_tokens(tokens);
    }
}

/// Where generated tokens stand: local names among them meet no name of the user's.
fn mixed() -> Span {
    Span::mixed_site()
}

/// A generated token that messages underline at `span`.
fn located(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// The path to the door, underlined elsewhere: a message begins where the first sign of a path stands. The names stay
/// where they are: a crate that is not found is missed once, however often it is named.
fn moved(path: &TokenStream, span: Span) -> TokenStream {
    let moved = |mut tree: TokenTree| {
        if let TokenTree::Punct(sign) = &mut tree {
            sign.set_span(sign.span().located_at(span));
        }
        tree
    };
    path.clone().into_iter().map(moved).collect()
}

/// The last token of what the user wrote.
fn last_span(tokens: &impl ToTokens) -> Span {
    let last = tokens.to_token_stream().into_iter().last();
    last.as_ref().map_or_else(Span::call_site, TokenTree::span)
}

/// The first token of what the user wrote, for messages about it.
fn first_span(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.as_ref().map_or_else(Span::call_site, TokenTree::span)
}
