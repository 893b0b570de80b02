//! Whether a result can carry a refusal, as far as its spelling tells.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Type, TypePath};

use crate::args::{Name, Written};
use crate::item::{Answer, Function, Shape, compact, is_scalar};
use crate::mistake::Mistakes;

pub(super) fn check(written: &Written, function: &Function, mistakes: &mut Mistakes) {
    // A future that can't be judged at all has its own message.
    if written.has(Name::OnRefuse) || matches!(function.shape, Shape::Blind(_)) {
        return;
    }
    match function.answer() {
        Answer::Unit => at(function.signature.ident.span(), "()", mistakes),
        Answer::Type(Type::Never(never)) => mistakes.on(
            never,
            "`-> !` can't carry a refusal: name a function that never returns with `on_refuse = path`",
        ),
        Answer::Type(ty) if never_a_result(ty) => {
            let mut tokens = TokenStream::new();
            ty.to_tokens(&mut tokens);
            let message = message(&compact(ty));
            mistakes.on(&tokens, message);
        }
        Answer::Type(_) | Answer::Unknown => {}
    }
}

fn at(span: Span, ty: &str, mistakes: &mut Mistakes) {
    mistakes.at(span, message(ty));
}

fn message(ty: &str) -> String {
    format!(
        "`-> {ty}` can't carry a refusal: return `Result<_, E>` with `E: From<audit_core::Refused>`, or name a function with `on_refuse = path`"
    )
}

/// Types that are certainly no `Result`, nor anything an application could implement `FromRefused` for.
fn never_a_result(ty: &Type) -> bool {
    match ty {
        Type::Paren(paren) => never_a_result(&paren.elem),
        Type::Group(group) => never_a_result(&group.elem),
        Type::Reference(reference) => never_a_result(&reference.elem),
        Type::Tuple(_)
        | Type::Array(_)
        | Type::Slice(_)
        | Type::FnPtr(_)
        | Type::Ptr(_)
        | Type::ImplTrait(_) => true,
        Type::Path(path) => is_std_type(path),
        _ => false,
    }
}

fn is_std_type(ty: &TypePath) -> bool {
    let Some(last) = ty.path.segments.last().filter(|_| ty.qself.is_none()) else {
        return false;
    };
    let from_std = match ty.path.segments.first() {
        Some(first) => {
            ty.path.segments.len() == 1
                || first.ident == "std"
                || first.ident == "core"
                || first.ident == "alloc"
        }
        None => false,
    };
    let name = last.ident.to_string();
    let is_generic = !last.arguments.is_empty();
    match name.as_str() {
        "Option" | "Vec" => from_std && is_generic,
        "String" => from_std && !is_generic,
        name => from_std && !is_generic && is_scalar(name),
    }
}
