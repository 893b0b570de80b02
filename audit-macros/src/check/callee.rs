//! Functions that others call: how they take their component and their parameters.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
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
                service(argument)
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
    let condition = argument.attrs.iter().find(|attribute| {
        attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
    });
    if let Some(condition) = condition {
        let message = format!(
            "{kind} can't tell whether this parameter exists: put the condition on the function"
        );
        mistakes.on(condition, message);
    }
    let name = plain(&argument.pat);
    if name.is_none() && kind == Kind::Runnable {
        let message = format!(
            "{kind} needs a name here, by which callers give it: take the value apart in the body"
        );
        mistakes.on(&argument.pat, message);
    }
    let (of, borrows) = match bare(&argument.ty) {
        Type::Reference(reference) => {
            if let Some(mutability) = &reference.mutability {
                let message = if kind == Kind::Subscribe {
                    format!(
                        "{kind} can't lend what all handlers see as `&mut`: take `&T`, or a `T` of its own"
                    )
                } else {
                    format!("{kind} hands over values that nobody else has: take it without `&mut`")
                };
                mistakes.on(mutability, message);
            }
            (&*reference.elem, true)
        }
        other => (other, false),
    };
    if let Type::TraitObject(object) = bare(of) {
        let message = format!(
            "{kind} can't bring a `dyn Trait`: nobody says of which type it is, so name the type"
        );
        mistakes.on(object, message);
    } else if let Some(word) = find(
        of.to_token_stream(),
        &|tree| matches!(tree, TokenTree::Ident(word) if word == "impl"),
    ) {
        let message = format!(
            "{kind} can't stand on a generic function: nobody says what this `impl` is, so name the type"
        );
        mistakes.at(word, message);
    } else if find(
        of.to_token_stream(),
        &|tree| matches!(tree, TokenTree::Punct(sign) if sign.as_char() == '&'),
    )
    .is_some()
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
fn service(argument: &PatType) -> Parameter {
    let (of, borrows) = match bare(&argument.ty) {
        Type::Reference(reference) if reference.mutability.is_none() => (&*reference.elem, true),
        other => (other, false),
    };
    Parameter {
        name: String::new(),
        text: String::new(),
        of: of.to_token_stream(),
        borrows,
    }
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
    let mut after_tick = false;
    let replaced = tokens.into_iter().map(|tree| {
        let was = after_tick;
        after_tick = matches!(&tree, TokenTree::Punct(sign) if sign.as_char() == '\'');
        match tree {
            TokenTree::Ident(word) if was => Ident::new("static", word.span()).into(),
            TokenTree::Group(group) => {
                let mut inside =
                    proc_macro2::Group::new(group.delimiter(), for_ever(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            other => other,
        }
    });
    replaced.collect()
}
