//! Functions that can't be wrapped, and arguments that their shape rules out.

use crate::args::{Name, Written};
use crate::attribute::Kind;
use crate::item::{Function, Shape};
use crate::mistake::Mistakes;

pub(super) fn check(kind: Kind, written: &Written, function: &Function, mistakes: &mut Mistakes) {
    let signature = &function.signature;
    if let Some(constness) = &signature.constness {
        let message = format!(
            "{kind} can't judge a `const fn`, which may run in the compiler: remove `const`"
        );
        mistakes.on(constness, message);
    }
    if let Some(variadic) = &signature.variadic {
        let message =
            format!("{kind} can't wrap a variadic function: its `...` can't be passed on");
        mistakes.on(&variadic.dots, message);
    }
    if function.is_guarded() {
        for name in [Name::Ret, Name::Err] {
            if let Some(key) = written.key(name) {
                let message = format!(
                    "`{key}` can't be recorded with `#[track_caller]`, which keeps the result from the wrapper: remove one of them"
                );
                mistakes.on(key, message);
            }
        }
    }
    if kind == Kind::Admit
        && let Shape::Blind(blind) = &function.shape
    {
        let message = if blind.has_statements {
            "can't judge a future whose function does something before it: move the statements into the async block"
        } else {
            "can't see how this future is made: let the body be `async move { .. }` or `Box::pin(async move { .. })`, or write an `async fn`"
        };
        mistakes.at(blind.span, format!("{kind} {message}"));
    }
    if let Some(name) = written.peek_identifier(Name::Explain)
        && *name == signature.ident
    {
        let message = format!(
            "`{name}` is the function's own name: choose another, such as `explain = explain_{name}`"
        );
        mistakes.on(name, message);
    }
}
