//! Functions that others call: how they take their component and their parameters.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Pat, PatType, ReceiverKind, ReturnType, Safety, Signature, Type};

use super::wiring::{Callee, Parameter, Receiver};
use crate::attribute::Kind;
use crate::item::{compact, promise};
use crate::mistake::Mistakes;

/// The most parameters that a call can bring: `serde` reads no longer tuple.
const MOST: usize = 16;

/// Reads the signature of a function, and says what keeps generated code from calling it.
pub(super) fn callee(kind: Kind, signature: &Signature, mistakes: &mut Mistakes) -> Callee {
    callable(kind, signature, mistakes);
    let takes_values = matches!(kind, Kind::Runnable | Kind::Subscribe);
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        if let FnArg::Typed(argument) = input {
            parameters.push(if takes_values {
                value(kind, argument, mistakes)
            } else {
                service(kind, argument, mistakes)
            });
        }
    }
    if kind == Kind::Runnable && parameters.len() > MOST {
        let message = format!(
            "{kind} hands over {MOST} parameters at most, here are {}: take a struct with all of them",
            parameters.len()
        );
        mistakes.on(&signature.ident, message);
    }
    let awaits = |written: &Type| promise(written).is_some();
    Callee {
        name: signature.ident.clone(),
        receiver: receiver(kind, signature, mistakes),
        awaited: signature.asyncness.is_some() || returned(signature).is_some_and(awaits),
        parameters,
    }
}

/// The returned type, if one is written.
pub(super) fn returned(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Type(_, written) => Some(written),
        ReturnType::Default => None,
    }
}

fn callable(kind: Kind, signature: &Signature, mistakes: &mut Mistakes) {
    if let Safety::Unsafe(unsafety) = &signature.safety {
        let message = format!(
            "{kind} can't call an `unsafe fn`: nobody keeps what it asks for, so call it from one that does"
        );
        mistakes.on(unsafety, message);
    }
    if let Some(constness) = &signature.constness
        && matches!(kind, Kind::Runnable | Kind::Subscribe)
    {
        let message = format!(
            "{kind} can't stand on a `const fn`: it is called while the program runs, so remove `const`"
        );
        mistakes.on(constness, message);
    }
    if let Some(variadic) = &signature.variadic {
        mistakes.on(
            &variadic.dots,
            format!("{kind} can't call a variadic function"),
        );
    }
    let generic = signature.generics.params.iter().find_map(|one| match one {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(one) => Some(&one.ident),
        GenericParam::Const(one) => Some(&one.ident),
    });
    if let Some(name) = generic {
        let message = format!(
            "{kind} can't stand on a generic function: nobody says what `{name}` is, so name the type"
        );
        mistakes.on(name, message);
    }
}

fn receiver(kind: Kind, signature: &Signature, mistakes: &mut Mistakes) -> Receiver {
    let Some(receiver) = signature.receiver() else {
        return Receiver::None;
    };
    let here = receiver.self_token.span;
    let mut refuse = |message: String| mistakes.at(here, message);
    let exclusive = format!(
        "{kind} can't lend the component as `&mut`: others use it at the same time, so take `&self` and share what changes behind a `Mutex`"
    );
    match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => return Receiver::Borrowed,
        ReceiverKind::Reference(_, _, Some(_)) => refuse(exclusive),
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(reference) if reference.mutability.is_none() => {
                return Receiver::Borrowed;
            }
            Type::Reference(_) => refuse(exclusive),
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "Arc") =>
            {
                return Receiver::Shared;
            }
            _ => refuse(format!(
                "{kind} has the component in an `Arc`: take `&self`, `self: &Arc<Self>` or `self: Arc<Self>`"
            )),
        },
        _ => refuse(format!(
            "{kind} can't give the component away: take `&self`"
        )),
    }
    Receiver::None
}

/// A parameter that is a value from somebody else.
fn value(kind: Kind, argument: &PatType, mistakes: &mut Mistakes) -> Parameter {
    unconditional(kind, argument, mistakes);
    let name = plain(&argument.pat);
    if name.is_none() && kind == Kind::Runnable {
        let message = format!(
            "{kind} needs a name here, by which callers give it: take the value apart in the body"
        );
        mistakes.on(&argument.pat, message);
    }
    let (of, borrows) = lent(kind, &argument.ty, mistakes);
    if let Type::TraitObject(object) = bare(of) {
        let message = format!(
            "{kind} can't bring a `dyn Trait`: nobody says of which type it is, so name the type"
        );
        mistakes.on(object, message);
    } else if !is_generic(kind, of, mistakes)
        && find(of.to_token_stream(), &|tree| is_sign(tree, '&')).is_some()
    {
        let message = format!(
            "{kind} hands over values of their own, which borrow from nothing: take `String` for `&str` inside another type"
        );
        mistakes.on(of, message);
    }
    Parameter {
        name: name
            .map(|name| name.unraw().to_string())
            .unwrap_or_default(),
        text: compact(&argument.ty),
        of: for_ever(of.to_token_stream()),
        borrows,
    }
}

/// A parameter that is a service of somebody else.
fn service(kind: Kind, argument: &PatType, mistakes: &mut Mistakes) -> Parameter {
    unconditional(kind, argument, mistakes);
    let (of, borrows) = lent(kind, &argument.ty, mistakes);
    let is_unsized = match bare(of) {
        Type::TraitObject(_) | Type::Slice(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    };
    if borrows && is_unsized {
        let message = format!(
            "{kind} lends services whose size is known: take `&Arc<{}>`",
            compact(of)
        );
        mistakes.on(of, message);
    } else if !is_generic(kind, of, mistakes) && borrows_inside(of.to_token_stream()) {
        let message = format!(
            "{kind} hands over services, which borrow from nothing: take it without the `&` inside"
        );
        mistakes.on(of, message);
    }
    Parameter {
        name: String::new(),
        text: String::new(),
        of: kept(of.to_token_stream()),
        borrows,
    }
}

/// Refuses a parameter that is not there in every build.
fn unconditional(kind: Kind, argument: &PatType, mistakes: &mut Mistakes) {
    let condition = argument.attrs.iter().find(|attribute| {
        attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
    });
    if let Some(condition) = condition {
        let message = format!(
            "{kind} can't tell whether this parameter exists: put the condition on the function"
        );
        mistakes.on(condition, message);
    }
}

/// What is behind the reference, if it is one.
fn lent<'t>(kind: Kind, ty: &'t Type, mistakes: &mut Mistakes) -> (&'t Type, bool) {
    let Type::Reference(reference) = bare(ty) else {
        return (bare(ty), false);
    };
    if let Some(mutability) = &reference.mutability {
        let message = match kind {
            Kind::Subscribe => format!(
                "{kind} can't lend what all handlers see as `&mut`: take `&T`, or a `T` of its own"
            ),
            Kind::Requires => {
                format!("{kind} hands over services that others share: take it without `mut`")
            }
            _ => format!("{kind} hands over values that nobody else has: take it without `&mut`"),
        };
        mistakes.on(mutability, message);
    }
    if let Some(lifetime) = &reference.lifetime
        && lifetime.ident == "static"
    {
        let message =
            format!("{kind} lends this while the function runs, not for ever: remove `'static`");
        mistakes.on(lifetime, message);
    }
    (&reference.elem, true)
}

/// Refuses a type of which nobody says what it is.
fn is_generic(kind: Kind, of: &Type, mistakes: &mut Mistakes) -> bool {
    let is_impl = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word == "impl");
    let found = find(of.to_token_stream(), &is_impl);
    if let Some(word) = found {
        let message = format!(
            "{kind} can't stand on a generic function: nobody says what this `impl` is, so name the type"
        );
        mistakes.at(word, message);
    }
    found.is_some()
}

/// Whether a reference is in it that is no part of a function's type and does not last for ever.
fn borrows_inside(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    let mut before = ' ';
    while let Some(tree) = tokens.next() {
        let sign = match &tree {
            TokenTree::Punct(sign) => sign.as_char(),
            _ => ' ',
        };
        if sign == '&' && before != '>' && !is_static(tokens.clone()) {
            return true;
        }
        before = sign;
    }
    false
}

/// Whether a lifetime follows that is `'static`.
pub(super) fn is_static(mut behind: impl Iterator<Item = TokenTree>) -> bool {
    behind.next().is_some_and(|tree| is_sign(&tree, '\''))
        && matches!(behind.next(), Some(TokenTree::Ident(word)) if word == "static")
}

fn is_sign(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(sign) if sign.as_char() == wanted)
}

/// The name that a plain parameter binds.
fn plain(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(binding) if binding.by_ref.is_none() && binding.subpat.is_none() => {
            Some(&binding.ident)
        }
        _ => None,
    }
}

/// The type without what a macro may have put around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        other => other,
    }
}

/// Where the first token of a kind stands.
fn find(tokens: TokenStream, is_it: &dyn Fn(&TokenTree) -> bool) -> Option<Span> {
    tokens.into_iter().find_map(|tree| match &tree {
        found if is_it(found) => Some(found.span()),
        TokenTree::Group(group) => find(group.stream(), is_it),
        _ => None,
    })
}

/// The type with `'static` for every lifetime: a value that borrows from nothing is as good as one that borrows for ever.
fn for_ever(tokens: TokenStream) -> TokenStream {
    lasting(tokens, &|group| {
        let mut inside = Group::new(group.delimiter(), for_ever(group.stream()));
        inside.set_span(group.span());
        inside
    })
}

/// The same for a type that may be a function's, whose own lifetimes are bound by `for`, or stand between parentheses.
fn kept(tokens: TokenStream) -> TokenStream {
    let binds = |tree: TokenTree| matches!(tree, TokenTree::Ident(word) if word == "for");
    if tokens.clone().into_iter().any(binds) {
        return tokens;
    }
    lasting(tokens, &Group::clone)
}

fn lasting(tokens: TokenStream, within: &dyn Fn(&Group) -> Group) -> TokenStream {
    let mut after_tick = false;
    let replaced = tokens.into_iter().map(|tree| {
        let was = after_tick;
        after_tick = is_sign(&tree, '\'');
        match tree {
            TokenTree::Ident(word) if was => Ident::new("static", word.span()).into(),
            TokenTree::Group(group) => within(&group).into(),
            other => other,
        }
    });
    replaced.collect()
}
