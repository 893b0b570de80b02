//! What the attribute stands on: a function whose signature is known and whose body stays raw.

mod binding;
pub(crate) mod block;
mod body;
mod capture;
mod level;
mod mark;
mod other;
mod payload;
mod promise;
mod shape;
mod text;

use proc_macro2::{Group, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, Result, ReturnType, Signature, Type, Visibility};

pub(crate) use self::binding::{Binding, Exists, bindings_of, each_binding};
pub(crate) use self::block::{Block, Member, conditions};
pub(crate) use self::capture::{Captures, is_scalar};
pub(crate) use self::level::levels;
pub(crate) use self::mark::{Mark, is_within};
pub(crate) use self::other::is_closure;
pub(crate) use self::payload::{Body, Payload, Said, said};
pub(crate) use self::promise::promise;
pub(crate) use self::shape::{Shape, Tail};
pub(crate) use self::text::compact;
use crate::attribute::Kind;

/// A function with a body. The body is never parsed: that costs time, and would take the compiler's own messages and
/// the editor's completion away.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// `#![..]` at the start of the body, which must stay the first thing in the function.
    pub(crate) inner: TokenStream,
    pub(crate) body: Group,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) shape: Shape,
}

/// What a call answers with, as far as the signature says it.
pub(crate) enum Answer<'a> {
    Unit,
    Type(&'a Type),
    /// A future whose output the signature doesn't name.
    Unknown,
}

impl Function {
    /// What the body's end is held against: the returned type, or the output of the returned future.
    pub(crate) fn answer(&self) -> Answer<'_> {
        let ReturnType::Type(_, written) = &self.signature.output else {
            return Answer::Unit;
        };
        match self.shape {
            Shape::Tail(_) | Shape::Blind(_) => promise(written)
                .and_then(|promise| promise.output)
                .map_or(Answer::Unknown, Answer::Type),
            Shape::Sync | Shape::TrackCaller | Shape::Async => Answer::Type(written),
        }
    }

    /// Whether a call is awaited, so that what judges it may wait as well.
    pub(crate) fn is_awaited(&self) -> bool {
        match &self.shape {
            Shape::Async | Shape::Tail(_) => true,
            Shape::Blind(blind) => !blind.tracks_caller,
            Shape::Sync | Shape::TrackCaller => false,
        }
    }

    /// Whether the body must stay in the function itself, so that it knows its caller's line.
    pub(crate) fn is_guarded(&self) -> bool {
        match &self.shape {
            Shape::TrackCaller => true,
            Shape::Blind(blind) => blind.tracks_caller,
            Shape::Sync | Shape::Async | Shape::Tail(_) => false,
        }
    }
}

/// Reads the function, or says what stands in its place.
pub(crate) fn read(kind: Kind, tokens: TokenStream) -> Result<Function> {
    (|input: ParseStream| function(kind, input)).parse2(tokens)
}

fn function(kind: Kind, input: ParseStream) -> Result<Function> {
    let attributes = Attribute::parse_outer(input)?;
    let visibility: Visibility = input.parse()?;
    if let Some(error) = other::not_a_function(kind, input) {
        return Err(error);
    }
    let mut signature: Signature = input.parse().map_err(|error| {
        Error::new(
            error.span(),
            format!("{kind} can't read this signature: {error}"),
        )
    })?;
    let Some((inner, body)) = body::read(input) else {
        return Err(other::no_body(kind, &signature, input));
    };
    let shape = shape::of(&attributes, &signature, &body);
    let bindings = bindings_of(&mut signature);
    let left = TokenStream::parse(input)?;
    if !left.is_empty() {
        return Err(Error::new_spanned(
            left,
            format!("{kind} goes on a function, and more than that stands here"),
        ));
    }
    Ok(Function {
        attributes,
        visibility,
        signature,
        inner,
        body,
        bindings,
        shape,
    })
}
