//! What a marked function is for, and whether it can be that.

use quote::ToTokens;
use syn::{LitInt, LitStr, Signature, Type};

use super::answer::fleeting;
use super::callee::{callee, returned};
use super::wiring::{Callee, Overflow, Queue, Receiver, Role, Runnable, Subscribe};
use super::{name, record};
use crate::args::{Name, Written};
use crate::attribute::Kind;
use crate::mistake::Mistakes;

/// The function and its role.
pub(super) fn role(
    kind: Kind,
    written: &mut Written,
    signature: &Signature,
    mistakes: &mut Mistakes,
) -> (Callee, Option<Role>) {
    let callee = callee(kind, signature, mistakes);
    let role = match kind {
        Kind::Runnable => {
            let fleeting = fleeting(signature, &callee, mistakes);
            runnable(written, fleeting, mistakes).map(Role::Runnable)
        }
        Kind::Subscribe => subscribe(written, mistakes).map(|one| Role::Subscribe(Box::new(one))),
        Kind::Requires => {
            requires(signature, &callee, mistakes);
            Some(Role::Requires)
        }
        Kind::Provides => {
            alone(kind, signature, &callee, mistakes);
            at_once(kind, signature, &callee, mistakes);
            provided(signature, mistakes).map(|ty| Role::Provides(ty.to_token_stream()))
        }
        Kind::Activate | Kind::Deactivate => {
            alone(kind, signature, &callee, mistakes);
            Some(if kind == Kind::Activate {
                Role::Activate
            } else {
                Role::Deactivate
            })
        }
        Kind::Health => {
            alone(kind, signature, &callee, mistakes);
            at_once(kind, signature, &callee, mistakes);
            if returned(signature).is_none() {
                let message = format!(
                    "{kind} needs to know how the component does: return `audit_core::component::Health`"
                );
                mistakes.on(&signature.ident, message);
            }
            Some(Role::Health)
        }
        Kind::Audit | Kind::Admit | Kind::Component => None,
    };
    (callee, role)
}

fn runnable(
    written: &mut Written,
    fleeting: Option<String>,
    mistakes: &mut Mistakes,
) -> Option<Runnable> {
    let text = written.text(Name::Own);
    if let Some(text) = &text {
        name::name(Kind::Runnable, text, mistakes);
    }
    let role = not_empty(written, Name::RequiresRole, mistakes);
    Some(Runnable {
        description: written.text(Name::Description),
        timeout_ms: record::duration(written, Name::Timeout, mistakes),
        destructive: written.has(Name::Destructive),
        internal: written.has(Name::Internal),
        requires_role: role,
        fleeting,
        name: text?,
    })
}

fn not_empty(written: &mut Written, name: Name, mistakes: &mut Mistakes) -> Option<LitStr> {
    let text = written.text(name)?;
    if text.value().trim().is_empty() {
        let word = name.word();
        mistakes.at(
            text.span(),
            format!("an empty `{word}` says nothing: leave it out"),
        );
    }
    Some(text)
}

fn subscribe(written: &mut Written, mistakes: &mut Mistakes) -> Option<Subscribe> {
    let pattern = written.text(Name::Pattern);
    if let Some(pattern) = &pattern {
        name::pattern(pattern, mistakes);
    }
    let has_queue = written.has(Name::Queue);
    for name in [Name::Overflow, Name::Concurrency] {
        if let Some(key) = written.key(name)
            && !has_queue
        {
            mistakes.on(
                key,
                format!("`{key}` is about a queue of its own: add `queue = 1024`"),
            );
        }
    }
    let overflow = match written
        .text(Name::Overflow)
        .map(|word| word.value())
        .as_deref()
    {
        Some("drop_newest") => Overflow::DropNewest,
        Some("drop_oldest") => Overflow::DropOldest,
        _ => Overflow::Wait,
    };
    let most = count(written, Name::Queue, mistakes);
    Some(Subscribe {
        description: written.text(Name::Description),
        schema: not_empty(written, Name::Schema, mistakes),
        queue: most.map(|most| Queue { most, overflow }),
        concurrency: count(written, Name::Concurrency, mistakes),
        filter: written.expression(Name::Filter),
        is_unclosed: pattern
            .as_ref()
            .is_some_and(|pattern| name::is_unclosed(&pattern.value())),
        pattern: pattern?,
    })
}

/// A number above zero.
fn count(written: &mut Written, name: Name, mistakes: &mut Mistakes) -> Option<usize> {
    let number: LitInt = written.number(name)?;
    let count = number.base10_parse::<usize>().ok();
    let count = count.filter(|count| *count > 0);
    if count.is_none() {
        let message = format!("`{}` is a whole number above zero, such as 16", name.word());
        mistakes.at(number.span(), message);
    }
    count
}

fn requires(signature: &Signature, callee: &Callee, mistakes: &mut Mistakes) {
    let kind = Kind::Requires;
    if let Some(receiver) = signature.receiver() {
        let message = format!(
            "{kind} goes on a constructor, and this takes a component that is there already: remove `self`"
        );
        mistakes.at(receiver.self_token.span, message);
    }
    at_once(kind, signature, callee, mistakes);
    if returned(signature).is_none() {
        let message =
            format!("{kind} goes on a constructor: return `Self`, or a `Result<Self, E>`");
        mistakes.on(&signature.ident, message);
    }
}

/// It takes the component and nothing else.
fn alone(kind: Kind, signature: &Signature, callee: &Callee, mistakes: &mut Mistakes) {
    if callee.receiver == Receiver::None && signature.receiver().is_none() {
        let message = format!("{kind} is asked of a component: take `&self`");
        mistakes.on(&signature.ident, message);
    }
    for input in &signature.inputs {
        if let syn::FnArg::Typed(argument) = input {
            let message = format!(
                "{kind} hands over nothing but `self`: what it needs is kept in the component by its constructor"
            );
            mistakes.on(argument, message);
        }
    }
}

/// Nobody waits for it.
fn at_once(kind: Kind, signature: &Signature, callee: &Callee, mistakes: &mut Mistakes) {
    if !callee.awaited {
        return;
    }
    let way_out = if kind == Kind::Health {
        "keep what was found last, and return that"
    } else {
        "do what must be awaited in `#[activate]`"
    };
    let message = format!("{kind} is not awaited: {way_out}");
    match &signature.asyncness {
        Some(asyncness) => mistakes.on(asyncness, message),
        None => mistakes.on(&signature.output, message),
    }
}

fn provided<'s>(signature: &'s Signature, mistakes: &mut Mistakes) -> Option<&'s Type> {
    let kind = Kind::Provides;
    match returned(signature) {
        None => mistakes.on(
            &signature.ident,
            format!("{kind} needs a service to hand out: return one, such as `Arc<dyn Trait>`"),
        ),
        Some(Type::ImplTrait(opaque)) => mistakes.on(
            opaque,
            format!("{kind} hands out services by their type, and this has no name: return an `Arc<dyn Trait>`"),
        ),
        Some(Type::Reference(reference)) => mistakes.on(
            reference,
            format!("{kind} hands out services that others keep: return an `Arc`, or a type that can be cloned"),
        ),
        Some(ty) => return Some(ty),
    }
    None
}
