//! Whether a value can be captured, as far as the spelling of its type tells.

use syn::{GenericArgument, Generics, PathArguments, PathSegment, Type, TypePath};

/// What is known at expansion about capturing a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Captures {
    /// A type of the standard library that is captured.
    Known,
    /// Never: it has no value of its own to show.
    Never,
    /// The type decides, when the first call comes.
    AtFirstCall,
}

/// Decides by syntax alone: an alias is not seen through.
pub(super) fn of(ty: &Type, generics: &Generics) -> Captures {
    match ty {
        Type::Reference(reference) => of(&reference.elem, generics),
        Type::Paren(paren) => of(&paren.elem, generics),
        Type::Group(group) => of(&group.elem, generics),
        Type::Slice(slice) => of(&slice.elem, generics),
        Type::Array(array) => of(&array.elem, generics),
        Type::ImplTrait(_)
        | Type::TraitObject(_)
        | Type::FnPtr(_)
        | Type::Ptr(_)
        | Type::Never(_) => Captures::Never,
        Type::Path(path) => of_path(path, generics),
        _ => Captures::AtFirstCall,
    }
}

fn of_path(ty: &TypePath, generics: &Generics) -> Captures {
    if ty.qself.is_some() {
        return Captures::AtFirstCall;
    }
    if let Some(name) = ty.path.get_ident() {
        if is_scalar(&name.to_string()) {
            return Captures::Known;
        }
        if generics
            .type_params()
            .any(|parameter| parameter.ident == *name)
        {
            return Captures::Never;
        }
    }
    let (Some(first), Some(last)) = (ty.path.segments.first(), ty.path.segments.last()) else {
        return Captures::AtFirstCall;
    };
    let from_std = ty.path.segments.len() == 1
        || ["std", "core", "alloc"]
            .iter()
            .any(|root| first.ident == root);
    if !from_std {
        return Captures::AtFirstCall;
    }
    match (last.ident.to_string().as_str(), inner_type(last)) {
        ("String", None) => Captures::Known,
        ("Option" | "Vec" | "Box" | "Arc" | "Rc" | "Cow", Some(inner)) => of(inner, generics),
        _ => Captures::AtFirstCall,
    }
}

/// The names of the scalar types, and `str`.
pub(crate) fn is_scalar(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "f32"
            | "f64"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
    )
}

/// The one type between the angle brackets; more than one, as with an allocator, is not ours to judge.
fn inner_type(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let only = types.next()?;
    types.next().is_none().then_some(only)
}
